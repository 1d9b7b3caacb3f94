// exp(rate (|x - center| - radius)^2). reward_data: radius, rate = -1 / (2 width^2), center [d].
fn reward_at(at: u32) -> f32 {
  var distance_sq = 0.0;
  for (var i = 0u; i < params.dim; i++) {
    let y = positions[at + i] - reward_data[2u + i];
    distance_sq += y * y;
  }
  let miss = sqrt(distance_sq) - reward_data[0];
  return exp(max(miss * miss * reward_data[1], -104.0));
}
