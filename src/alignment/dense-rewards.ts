/**
 * Dense rewards of a trajectory from three queries [Zhang24]: the predictions x0Hat^k of all steps are weighed by their
 * likeness to three of them whose rewards are known, the first, the last and an anchor between.
 *
 *     S_j^k   = likeness of x0Hat^k and x0Hat^j
 *     anchor  = argmin_k ( S_first^k + S_last^k ),  per trajectory
 *     r_k     = sum_j S_j^k r_j / sum_j S_j^k       over first, anchor, last; the queried steps keep their own rewards
 *
 * Published, the likeness is the cosine of latents of 10^4 dims, which is near 1 or at least positive. In few dims it may be
 * negative and the sum vanish, so the likeness is (1 + cosine)/2 here; where all three are 0 the three rewards count alike.
 */

/** (1 + cosine)/2 of rows at i of a and b, 0..1; 1/2 where one is 0. */
export function likeness(a: Float64Array, b: Float64Array, i: number, dim: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let j = i * dim; j < (i + 1) * dim; j++) {
    const u = a[j] as number;
    const v = b[j] as number;
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return aa === 0 || bb === 0 ? 0.5 : Math.min(1, Math.max(0, 0.5 + 0.5 * (ab / Math.sqrt(aa * bb))));
}

/** Step of each trajectory whose prediction is least like the first and the last one, [P]; the earliest of equals. */
export function anchorSteps(predictions: readonly Float64Array[], dim: number): Uint32Array {
  const first = predictions[0] ?? new Float64Array(0);
  const last = predictions.at(-1) ?? first;
  return Uint32Array.from({ length: first.length / dim }, (_, i) => {
    let best = 0;
    let least = Infinity;
    predictions.forEach((now, k) => {
      const sum = likeness(now, first, i, dim) + likeness(now, last, i, dim);
      if (sum < least) [least, best] = [sum, k];
    });
    return best;
  });
}

/** Rewards of a set of states [P, d], [P]. */
export type RewardQuery = (x: Float64Array) => Float64Array | Promise<Float64Array>;

/** Rewards of every step, one row [P] per step, from three queries of `reward` for P states each. */
export async function denseRewards(
  predictions: readonly Float64Array[],
  dim: number,
  reward: RewardQuery,
): Promise<Float64Array[]> {
  const first = predictions[0] ?? new Float64Array(0);
  const last = predictions.at(-1) ?? first;
  const steps = anchorSteps(predictions, dim);
  const anchor = new Float64Array(first.length);
  steps.forEach((k, i) => {
    const row = predictions[k] ?? first;
    anchor.set(row.subarray(i * dim, (i + 1) * dim), i * dim);
  });
  const queried: { readonly x: Float64Array; readonly rewards: Float64Array }[] = [];
  for (const x of [first, anchor, last]) queried.push({ x, rewards: await reward(x) });
  const [ofFirst, ofAnchor, ofLast] = queried.map(({ rewards }) => rewards);
  return predictions.map((now, k) =>
    Float64Array.from(steps, (anchorStep, i) => {
      if (k === predictions.length - 1) return ofLast?.[i] ?? NaN;
      if (k === 0) return ofFirst?.[i] ?? NaN;
      if (k === anchorStep) return ofAnchor?.[i] ?? NaN;
      return weighedReward(now, queried, i, dim);
    }),
  );
}

function weighedReward(
  now: Float64Array,
  queried: readonly { readonly x: Float64Array; readonly rewards: Float64Array }[],
  i: number,
  dim: number,
): number {
  const weights = queried.map(({ x }) => likeness(now, x, i, dim));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return queried.reduce((all, { rewards }, j) => {
    const share = sum > 0 ? (weights[j] as number) / sum : 1 / queried.length;
    return all + share * (rewards[i] as number);
  }, 0);
}

/** Returns R_k = r_k + discount R_(k+1), rows [P] per step. */
export function returnsOf(rewards: readonly Float64Array[], discount: number): Float64Array[] {
  const returns: Float64Array[] = [];
  for (const now of [...rewards].reverse()) {
    const next = returns[0];
    returns.unshift(next ? now.map((value, i) => value + discount * (next[i] as number)) : now.slice());
  }
  return returns;
}
