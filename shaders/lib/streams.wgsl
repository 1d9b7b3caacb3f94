// Streams of the counter generator; the same numbers as in src/math/philox.ts.
const PRIOR_STREAM: u32 = 0u;
const STEP_STREAM: u32 = 1u;
