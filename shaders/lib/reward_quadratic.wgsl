// -(x - center)' matrix (x - center). reward_data: center [d], matrix [d, d].
fn reward_at(at: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < params.dim; i++) {
    var row = 0.0;
    for (var j = 0u; j < params.dim; j++) {
      row += reward_data[params.dim * (i + 1u) + j] * (positions[at + j] - reward_data[j]);
    }
    sum += (positions[at + i] - reward_data[i]) * row;
  }
  return -sum;
}
