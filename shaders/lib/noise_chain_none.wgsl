// In place of noise_chain.wgsl for samplers whose steps draw no noise.
fn noise_block(row: RngRow, block: u32, key: vec2u) -> NoiseBlock {
  return NoiseBlock(Lanes(0.0), Lanes(0.0), Lanes(0.0), Lanes(0.0));
}
