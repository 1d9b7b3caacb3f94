// One particle at a time: what a software adapter runs best. It makes vectors of invocations itself, and four particles
// per invocation do not fit its registers.
alias Lanes = f32;
alias LanesU = u32;
alias LanesI = i32;
alias LanesB = bool;

const LANES_PER_POINT: u32 = 1u;

fn lanes_particles(first: u32) -> LanesU {
  return first;
}
