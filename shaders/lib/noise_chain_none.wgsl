// In place of noise_chain.wgsl for samplers whose steps draw no noise.
struct NoiseBlock {
  z0: vec4f,
  z1: vec4f,
  z2: vec4f,
  z3: vec4f,
}

fn noise_block(row: RngRow, block: u32, key: vec2u) -> NoiseBlock {
  return NoiseBlock(vec4f(0.0), vec4f(0.0), vec4f(0.0), vec4f(0.0));
}
