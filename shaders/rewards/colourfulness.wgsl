// Colourfulness [Hasler03]; src/rewards/image/colourfulness.ts.

// Red against green, yellow against blue.
fn opponent(i: u32) -> vec2f {
  let p = image_pixel(i);
  return vec2f(p.r - p.g, 0.5 * (p.r + p.g) - p.b);
}

fn image_reward_of(lane: u32) -> f32 {
  var sum = vec2f(0.0);
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    sum += opponent(i);
  }
  let mean = image_total(vec4f(sum, 0.0, 0.0), lane).xy / f32(IMAGE_PIXELS);
  var squares = 0.0;
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    let d = opponent(i) - mean;
    squares += dot(d, d);
  }
  let variance = image_total(vec4f(squares, 0.0, 0.0, 0.0), lane).x / f32(IMAGE_PIXELS);
  return 255.0 * (sqrt(variance) + 0.3 * length(mean));
}
