// Normals number .. number + 3 of particles' rows, for a number that is a multiple of four. Needs noise_block.
fn noise_quad(row: RngRow, number: u32, key: vec2u) -> NoiseBlock {
  return noise_block(row, number >> 2u, key);
}
