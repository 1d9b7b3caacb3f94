// Shown pixels of one image per workgroup, and sums over its invocations in a fixed tree. Bindings stand in image_reward.wgsl.

const IMAGE_LANES = 64u;
const IMAGE_SIDE = 32u;
const IMAGE_PIXELS = 1024u;

// Index of the image's first number.
var<private> image_base: u32;
var<workgroup> image_partial: array<vec4f, IMAGE_LANES>;

// Red, green and blue of a pixel as a screen shows them, 0 .. 1.
fn image_pixel(i: u32) -> vec3f {
  let at = image_base + i;
  let x = vec3f(images[at], images[at + IMAGE_PIXELS], images[at + 2u * IMAGE_PIXELS]);
  return clamp(0.5 * x + 0.5, vec3f(0.0), vec3f(1.0));
}

// The sum of all invocations' values, the same for each of them.
fn image_total(value: vec4f, lane: u32) -> vec4f {
  image_partial[lane] = value;
  workgroupBarrier();
  for (var half = IMAGE_LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      image_partial[lane] += image_partial[lane + half];
    }
    workgroupBarrier();
  }
  let total = image_partial[0];
  workgroupBarrier();
  return total;
}

// True for the 124 pixels of the frame.
fn image_is_border(i: u32) -> bool {
  let row = i / IMAGE_SIDE;
  let column = i % IMAGE_SIDE;
  return row == 0u || column == 0u || row == IMAGE_SIDE - 1u || column == IMAGE_SIDE - 1u;
}

// Mean colour of the frame.
fn image_border_mean(lane: u32) -> vec3f {
  var sum = vec3f(0.0);
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    if (image_is_border(i)) {
      sum += image_pixel(i);
    }
  }
  return image_total(vec4f(sum, 0.0), lane).xyz / 124.0;
}
