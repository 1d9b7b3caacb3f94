// For samplers without a corrector: the first stage is the step.
const STAGES: u32 = 1u;

fn corrected(x: Cloud, clean: Cloud, ahead: Cloud, z: Cloud, k: u32) -> Cloud {
  return ahead;
}
