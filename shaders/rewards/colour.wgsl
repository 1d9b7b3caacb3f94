// Closeness to one colour; src/rewards/image/colour.ts.

fn image_reward_of(lane: u32) -> f32 {
  var sum = 0.0;
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    sum += distance(image_pixel(i), params.colour.xyz);
  }
  return 1.0 - image_total(vec4f(sum, 0.0, 0.0, 0.0), lane).x / (f32(IMAGE_PIXELS) * sqrt(3.0));
}
