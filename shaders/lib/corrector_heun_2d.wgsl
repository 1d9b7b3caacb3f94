// Second stage of Heun's step, with the score at the end of the step; see StepCoefficients.corrector.
const STAGES: u32 = 2u;

fn corrected(point: Points, clean: Points, ahead: Points, z: Points, ez: f32, k: u32) -> Points {
  let e = coefficients[2u * k + 1u];
  let far = mixture_denoise(ahead, 3u * COMPONENTS * (2u * k + 1u));
  return Points(
    e.x * point.x + e.y * clean.x + e.z * ahead.x + e.w * far.x + ez * z.x,
    e.x * point.y + e.y * clean.y + e.z * ahead.y + e.w * far.y + ez * z.y,
  );
}
