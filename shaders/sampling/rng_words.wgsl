// Random words of counters (first + i, block, 0, 0).
//
// params group 0   WordsParams
// words  group 1   [count, 4] u32
// Dispatch: ceil(count / (4 WORKGROUP_SIZE)) workgroups; each invocation makes the words of four counters.

override WORKGROUP_SIZE: u32 = 64;

struct WordsParams {
  seed: u32,
  stream: u32,
  block: u32,
  first: u32,        // first particle
  count: u32,
}

@group(0) @binding(0) var<uniform> params: WordsParams;
@group(1) @binding(0) var<storage, read_write> words: array<vec4u>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn rng_words(@builtin(global_invocation_id) id: vec3u) {
  let local = 4u * id.x;
  if (local >= params.count) {
    return;
  }
  let key = vec2u(params.seed, params.stream);
  let particles = vec4u(params.first + local) + vec4u(0u, 1u, 2u, 3u);
  let w = rng_block(rng_row(particles, key), params.block, key);
  for (var lane = 0u; lane < 4u; lane++) {
    if (local + lane < params.count) {
      words[local + lane] = vec4u(w.w0[lane], w.w1[lane], w.w2[lane], w.w3[lane]);
    }
  }
}
