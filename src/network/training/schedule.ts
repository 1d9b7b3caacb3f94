/** Learning rates and averages of the teacher's training: the numbers of src/train/teacher.py and src/train/checkpoint.py. */

/** Largest learning rate. */
export const PEAK_RATE = 1e-3;
/** Gradients longer than this are shortened to it. */
export const LONGEST_GRADIENT = 1;

const AVERAGE_DECAY = 0.998;
const WARM_UP_STEPS = 200;
const HELD_SHARE = 0.2;
const LAST_SHARE = 0.02;

/**
 * Learning rate of step number `step` (from 0) when `share` (0..1) of the training is done: linear warm-up, constant for a fifth
 * of the training, then a cosine to 2 % of the peak.
 */
export function learningRate(peak: number, step: number, share: number): number {
  const rise = Math.min(1, (step + 1) / WARM_UP_STEPS);
  const angle = (Math.PI * (share - HELD_SHARE)) / (1 - HELD_SHARE);
  const fall = share < HELD_SHARE ? 1 : LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + Math.cos(angle));
  return peak * rise * fall;
}

/**
 * Share of the old average that update number `update` (from 1) keeps. Early averages forget quickly, or the random start would stay
 * in them for long.
 */
export function averageDecay(update: number): number {
  return Math.min(AVERAGE_DECAY, (1 + update) / (10 + update));
}
