// Log density of sampler steps x_s = mean + tau z for any model output: mean = fx x + fo output, with the two factors from
// transition.ts. Rows are padded to a multiple of four numbers; the padding is left out of the sums.

struct TransitionParams {
  dim: u32,            // D
  quads: u32,          // ceil(D / 4), vec4 per row
  particles: u32,      // P
  number: u32,         // number of the step's first normal in each row, stepIndex D
  seed: u32,
  stream: u32,
  accumulate: u32,     // 1 adds to the log densities that are there (a trajectory's sum), 0 overwrites them
  zero: u32,           // 0, see sums.wgsl
  fx: f32,
  fo: f32,
  tau: f32,            // standard deviation of the step
  per_tau: f32,        // 1 / tau, or 0 for a deterministic step, which adds nothing
  constant: vec2f,     // -D (log tau + log(2 pi) / 2), as a pair
  first: u32,          // number of the first particle in the random rows
}

// |(next - mean) / tau|^2 over the coordinates of one quad.
fn transition_square(next: vec4f, mean: vec4f, quad: u32) -> f32 {
  let inside = vec4u(4u * quad) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.dim);
  let z = select(vec4f(0.0), (next - mean) * params.per_tau, inside);
  return dot(z, z);
}
