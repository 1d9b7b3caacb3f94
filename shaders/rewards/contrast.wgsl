// Contrast ratio of ink to background [WCAG22]; src/rewards/image/contrast.ts.

fn luminance(colour: vec3f) -> f32 {
  let p = clamp(colour, vec3f(0.0), vec3f(1.0));
  let linear = select(pow((p + 0.055) / 1.055, vec3f(2.4)), p / 12.92, p <= vec3f(0.04045));
  return dot(linear, vec3f(0.2126, 0.7152, 0.0722));
}

fn image_reward_of(lane: u32) -> f32 {
  let ink = ink_estimate(lane);
  let a = luminance(ink.background + ink.axis) + 0.05;
  let b = luminance(ink.background) + 0.05;
  return max(a, b) / min(a, b);
}
