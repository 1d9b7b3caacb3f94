// Step noise of samplers that draw some. Needs noise_prior.wgsl.
fn noise_block(row: RngRow, block: u32, key: vec2u) -> NoiseBlock {
  return prior_block(row, block, key);
}
