// Ink and background of an image, and how much ink a pixel holds; src/rewards/image/ink.ts says how and why.

const INK_WEIGHT_FLOOR = 1.0e-6;
const INK_AXIS_FLOOR = 1.0e-3;

struct Ink {
  background: vec3f,
  axis: vec3f,       // from the background's colour to the ink's
  norm: f32,         // |axis|^2 and its floor
}

fn ink_of(background: vec3f, axis: vec3f) -> Ink {
  return Ink(background, axis, dot(axis, axis) + INK_AXIS_FLOOR);
}

// From the image itself.
fn ink_estimate(lane: u32) -> Ink {
  let background = image_border_mean(lane);
  var sum = vec4f(0.0);
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    let d = image_pixel(i) - background;
    let square = dot(d, d);
    sum += square * square * vec4f(d, 1.0);
  }
  let total = image_total(sum, lane);
  return ink_of(background, total.xyz / (total.w + INK_WEIGHT_FLOOR));
}

// Along the colours that were asked for, if any were.
fn ink_measure(lane: u32) -> Ink {
  if (params.asked == 1u) {
    return ink_of(params.background.xyz, params.colour.xyz - params.background.xyz);
  }
  return ink_estimate(lane);
}

fn ink_coverage(ink: Ink, i: u32) -> f32 {
  return clamp(dot(image_pixel(i) - ink.background, ink.axis) / ink.norm, 0.0, 1.0);
}
