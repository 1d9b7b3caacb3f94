/** The general bound of one sampler on one problem, as plain numbers. */
import type { Problem } from "./resolve.ts";

export interface BoundNumbers {
  /** Bound on |gap|; null for a reward that has none. */
  readonly gap: number | null;
  /** Bound on the Wasserstein-2 distance between samples and target. */
  readonly w2: number;
  /** Each term's part of w2. */
  readonly terms: Readonly<Record<string, number>>;
  readonly assumptions: readonly { readonly text: string; readonly holds: boolean }[];
  /** True if it says less than the trivial bound. */
  readonly vacuous: boolean;
}

/** The bound for the sampler with this eta in continuous time, or null where it does not apply. */
export function boundNumbers(_problem: Problem, _eta: number): BoundNumbers | null {
  return null;
}
