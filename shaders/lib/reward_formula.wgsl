// A formula in x and y: calls reward_formula, made by src/rewards/formula/wgsl.ts.
fn reward_at(at: u32) -> f32 {
  return reward_formula(positions[at], positions[at + params.dim - 1u]) + 0.0 * reward_data[0];
}
