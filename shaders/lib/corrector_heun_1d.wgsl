// Second stage of Heun's step, with the score at the end of the step; see StepCoefficients.corrector.
const STAGES: u32 = 2u;

fn corrected(x: vec4f, clean: vec4f, ahead: vec4f, z: vec4f, ez: f32, k: u32) -> vec4f {
  let e = coefficients[2u * k + 1u];
  let far = mixture_denoise(ahead, 2u * COMPONENTS * (2u * k + 1u));
  return e.x * x + e.y * clean + e.z * ahead + e.w * far + ez * z;
}
