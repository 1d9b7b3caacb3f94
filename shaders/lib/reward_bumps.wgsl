// sum_b height_b exp(rate_b |x - center_b|^2). reward_data: per bump, height, rate = -1 / (2 width^2), center [d].
fn reward_at(at: u32) -> f32 {
  var sum = 0.0;
  for (var b = 0u; b < params.count; b++) {
    let bump = b * (params.dim + 2u);
    var distance_sq = 0.0;
    for (var i = 0u; i < params.dim; i++) {
      let y = positions[at + i] - reward_data[bump + 2u + i];
      distance_sq += y * y;
    }
    sum += reward_data[bump] * exp(max(distance_sq * reward_data[bump + 1u], -104.0));
  }
  return sum;
}
