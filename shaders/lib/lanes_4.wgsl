// Four particles side by side in one vector: what a GPU runs best.
alias Lanes = vec4f;
alias LanesU = vec4u;
alias LanesI = vec4i;
alias LanesB = vec4<bool>;

const LANES_PER_POINT: u32 = 4u;

fn lanes_particles(first: u32) -> LanesU {
  return vec4u(first) + vec4u(0u, 1u, 2u, 3u);
}
