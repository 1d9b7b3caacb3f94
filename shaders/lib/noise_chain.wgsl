// Step noise of four particles from one block of random words: normals 4 b .. 4 b + 3 of their rows.
struct NoiseBlock {
  z0: vec4f,
  z1: vec4f,
  z2: vec4f,
  z3: vec4f,
}

fn noise_block(row: RngRow, block: u32, key: vec2u) -> NoiseBlock {
  let words = rng_block(row, block, key);
  let a = normal_pair(words.w0, words.w1);
  let b = normal_pair(words.w2, words.w3);
  return NoiseBlock(a.z0, a.z1, b.z0, b.z1);
}
