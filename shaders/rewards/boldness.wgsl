// Share of ink; src/rewards/image/boldness.ts.

fn image_reward_of(lane: u32) -> f32 {
  let ink = ink_measure(lane);
  var sum = 0.0;
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    sum += ink_coverage(ink, i);
  }
  return image_total(vec4f(sum, 0.0, 0.0, 0.0), lane).x / f32(IMAGE_PIXELS);
}
