// weights' x + offset. reward_data: offset, weights [d].
fn reward_at(at: u32) -> f32 {
  var sum = reward_data[0];
  for (var i = 0u; i < params.dim; i++) {
    sum += reward_data[i + 1u] * positions[at + i];
  }
  return sum;
}
