/** Which steps of a run the views keep, and how many particles. */

/** Most frames that are kept. */
export const MOST_FRAMES = 64;

/** Numbers (frames x particles x d) that one arm of a recording may hold: 16 MiB of f32. */
const MOST_NUMBERS = 4 * 2 ** 20;
const MOST_PARTICLES = 8192;

/** Steps to keep: all of 0..N, or MOST_FRAMES of them spread evenly, the ends always. */
export function viewFrames(steps: number): number[] {
  if (steps < MOST_FRAMES) return Array.from({ length: steps + 1 }, (_, k) => k);
  return Array.from({ length: MOST_FRAMES }, (_, i) => Math.round((i * steps) / (MOST_FRAMES - 1)));
}

/** Particles of the views: enough for densities, within the memory budget; never more than the experiment has. */
export function viewParticles(asked: number, frames: number, dim: number): number {
  const affordable = Math.floor(MOST_NUMBERS / (frames * dim));
  return Math.max(1, Math.min(asked, dim === 1 ? 2 * MOST_PARTICLES : MOST_PARTICLES, affordable));
}
