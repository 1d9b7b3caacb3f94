// Symmetry about the vertical middle line; src/rewards/image/symmetry.ts.

const SYMMETRY_FLOOR = 1.0e-3;

fn image_reward_of(lane: u32) -> f32 {
  let background = image_border_mean(lane);
  var sum = vec2f(0.0);
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    let column = i % IMAGE_SIDE;
    let p = image_pixel(i);
    let difference = abs(p - image_pixel(i - column + IMAGE_SIDE - 1u - column));
    let size = abs(p - background);
    sum += vec2f(dot(difference, vec3f(1.0)), dot(size, vec3f(1.0)));
  }
  let total = image_total(vec4f(sum, 0.0, 0.0), lane);
  return 1.0 - total.x / (2.0 * total.y + SYMMETRY_FLOOR);
}
