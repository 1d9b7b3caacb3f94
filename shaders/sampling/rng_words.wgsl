// Random words of counters (first + i, block, 0, 0).
//
// params group 0   WordsParams
// kept   group 1   [count, 4] u32
// Dispatch: ceil(count / (LANES_PER_POINT WORKGROUP_SIZE)) workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct WordsParams {
  seed: u32,
  stream: u32,
  block: u32,
  first: u32,        // first particle
  count: u32,
}

@group(0) @binding(0) var<uniform> params: WordsParams;
@group(1) @binding(0) var<storage, read_write> kept: array<u32>;

alias KeptLanes = LanesU;

@compute @workgroup_size(WORKGROUP_SIZE)
fn rng_words(@builtin(global_invocation_id) id: vec3u) {
  let local = LANES_PER_POINT * id.x;
  if (local >= params.count) {
    return;
  }
  let key = vec2u(params.seed, params.stream);
  let words = rng_block(rng_row(lanes_particles(params.first + local), key), params.block, key);
  lanes_keep(words.w0, 4u * local, 4u, local);
  lanes_keep(words.w1, 4u * local + 1u, 4u, local);
  lanes_keep(words.w2, 4u * local + 2u, 4u, local);
  lanes_keep(words.w3, 4u * local + 3u, 4u, local);
}
