/**
 * Random numbers of alignment: pure functions of (seed, iteration, purpose), never a running state, so that a run that goes
 * on from a checkpoint draws what it would have drawn.
 */
import { createRandom, philox4x32, type Random } from "../math/philox.ts";

/** Stream of alignment's own draws: seeds of rollouts, orders, windows, replays. */
export const ALIGNMENT_STREAM = 8;

const PURPOSES = ["rollout", "order", "window", "replay", "denoise", "value"] as const;

/** What a draw is for; each has numbers of its own. */
export type DrawPurpose = (typeof PURPOSES)[number];

/** Unsigned 32-bit seed of one purpose in one iteration. */
export function iterationSeed(seed: number, iteration: number, purpose: DrawPurpose): number {
  const words = new Uint32Array(4);
  philox4x32(iteration, PURPOSES.indexOf(purpose), 0, 2, seed, ALIGNMENT_STREAM, words);
  return words[0] ?? 0;
}

/** A sequential generator of one purpose in one iteration. */
export function iterationRandom(seed: number, iteration: number, purpose: DrawPurpose): Random {
  return createRandom(iterationSeed(seed, iteration, purpose), ALIGNMENT_STREAM);
}

/** The numbers 0 .. n-1 in a random order [Fisher and Yates]. */
export function shuffledOrder(random: Random, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const moved = order[i] as number;
    order[i] = order[j] as number;
    order[j] = moved;
  }
  return order;
}
