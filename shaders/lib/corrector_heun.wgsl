// Second stage of Heun's step, with the score at the end of the step; see StepCoefficients.corrector.
const STAGES: u32 = 2u;

fn corrected(x: Cloud, clean: Cloud, ahead: Cloud, z: Cloud, k: u32) -> Cloud {
  let e = coefficients[3u * k + 1u];
  let more = coefficients[3u * k + 2u];
  let far = cloud_denoise(ahead, COMPONENT_ROWS * COMPONENTS * (2u * k + 1u), more.y);
  return cloud_combine(e.z, ahead, e.w, far, 1.0, cloud_combine(e.x, x, e.y, clean, more.x, z));
}
