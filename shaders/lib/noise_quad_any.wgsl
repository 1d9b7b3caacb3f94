// Normals number .. number + 3 of particles' rows, from the two blocks that hold them. Needs noise_block.
fn noise_quad(row: RngRow, number: u32, key: vec2u) -> NoiseBlock {
  let a = noise_block(row, number >> 2u, key);
  let shift = number & 3u;
  if (shift == 0u) {
    return a;
  }
  let b = noise_block(row, (number >> 2u) + 1u, key);
  if (shift == 1u) {
    return NoiseBlock(a.z1, a.z2, a.z3, b.z0);
  }
  if (shift == 2u) {
    return NoiseBlock(a.z2, a.z3, b.z0, b.z1);
  }
  return NoiseBlock(a.z3, b.z0, b.z1, b.z2);
}
