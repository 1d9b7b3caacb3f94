// Minus the total variation per pixel [Rudin92]; src/rewards/image/smoothness.ts.

const VARIATION_SOFTENING = 1.0e-3;

fn image_reward_of(lane: u32) -> f32 {
  var sum = 0.0;
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    let here = image_pixel(i);
    // The last row and column have no neighbour, and so no step.
    let right = image_pixel(select(i + 1u, i, i % IMAGE_SIDE == IMAGE_SIDE - 1u)) - here;
    let down = image_pixel(select(i + IMAGE_SIDE, i, i >= IMAGE_PIXELS - IMAGE_SIDE)) - here;
    let square = dot(right, right) + dot(down, down);
    // root - s without cancellation.
    sum += square / (sqrt(square + VARIATION_SOFTENING * VARIATION_SOFTENING) + VARIATION_SOFTENING);
  }
  return -image_total(vec4f(sum, 0.0, 0.0, 0.0), lane).x / f32(IMAGE_PIXELS);
}
