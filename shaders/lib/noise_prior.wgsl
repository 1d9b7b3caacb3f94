// Normals of particles from one block of random words: number 4 b .. 4 b + 3 of their rows.
struct NoiseBlock {
  z0: Lanes,
  z1: Lanes,
  z2: Lanes,
  z3: Lanes,
}

fn prior_block(row: RngRow, block: u32, key: vec2u) -> NoiseBlock {
  let words = rng_block(row, block, key);
  let a = normal_pair(words.w0, words.w1);
  let b = normal_pair(words.w2, words.w3);
  return NoiseBlock(a.z0, a.z1, b.z0, b.z1);
}
