/**
 * SDPO's dense reward difference loss on rows of transitions [Zhang24]. Of two trajectories a and b at one step, with
 * log-ratios l = log pi - log pi_old, advantages A and u = weight (l^a - l^b), weight = lambda^k,
 *
 *     loss = max( (u - (A^a - A^b))^2 , the same with each log pi held within log pi_old +- clip )
 *
 * Trajectories alone take l and A of their own in place of the differences. Since |u| is small the gradient is nearly
 * -2 weight (A^a - A^b) grad (l^a - l^b): a policy gradient whose baseline is the partner.
 */
import type { SurrogateRule, SurrogateValue, TransitionRows } from "./surrogate.ts";
import { transitionLogProb } from "./transition.ts";

export interface DifferenceRule {
  readonly clip: number;
  readonly logProb: SurrogateRule["logProb"];
  /** Rows 2 i and 2 i + 1 are a pair at one step; else each row is alone. */
  readonly pairs: boolean;
}

/** Mean loss of the pairs (or rows) over `total` of them, and dLoss/dx0Hat [n, d]; weight [n] is lambda^k of each row. */
export function differenceLoss(
  rows: TransitionRows,
  x0Hat: Float64Array,
  weight: Float64Array,
  rule: DifferenceRule,
  total: number,
): SurrogateValue {
  const perDim = rule.logProb === "mean" ? 1 / rows.dim : 1;
  const logRatio = Float64Array.from({ length: rows.count }, (_, i) => {
    const step = { cx: rows.cx[i] as number, c0: rows.c0[i] as number, cz: rows.cz[i] as number };
    const logProb = transitionLogProb(step, rows.dim, i, rows.x, rows.next, x0Hat);
    return perDim * (logProb - (rows.logProb[i] as number));
  });
  const slopes = new Float64Array(rows.count);
  let loss = 0;
  const members = rule.pairs ? 2 : 1;
  for (let first = 0; first < rows.count; first += members)
    loss += memberSlopes(rows, logRatio, weight, rule, first, members, slopes);
  const pulled = toPrediction(rows, x0Hat, slopes, perDim, total);
  return {
    loss: (loss + pulled.anchorLoss) / total,
    gradient: pulled.gradient,
    clipped: logRatio.reduce((sum, value) => sum + (Math.abs(value) > rule.clip ? 1 : 0), 0),
    logRatio,
  };
}

/** Writes dLoss/dlogRatio of one pair (or row) and returns its loss. */
function memberSlopes(
  rows: TransitionRows,
  logRatio: Float64Array,
  weight: Float64Array,
  { clip }: DifferenceRule,
  first: number,
  members: number,
  slopes: Float64Array,
): number {
  const lambda = weight[first] as number;
  let [free, held, wanted] = [0, 0, 0];
  for (let m = 0; m < members; m++) {
    const sign = m === 0 ? 1 : -1;
    const value = logRatio[first + m] as number;
    free += sign * lambda * value;
    held += sign * lambda * Math.min(clip, Math.max(-clip, value));
    wanted += sign * (rows.advantage[first + m] as number);
  }
  const isFree = (free - wanted) ** 2 >= (held - wanted) ** 2;
  const miss = (isFree ? free : held) - wanted;
  for (let m = 0; m < members; m++) {
    const moves = isFree || Math.abs(logRatio[first + m] as number) < clip;
    slopes[first + m] = moves ? 2 * miss * lambda * (m === 0 ? 1 : -1) : 0;
  }
  return miss * miss;
}

/** dLoss/dx0Hat from dLoss/dlogRatio, with the pull to the reference. */
function toPrediction(
  { dim, count, x, next, cx, c0, cz, anchor }: TransitionRows,
  x0Hat: Float64Array,
  slopes: Float64Array,
  perDim: number,
  total: number,
): { readonly gradient: Float64Array; readonly anchorLoss: number } {
  const gradient = new Float64Array(x0Hat.length);
  let anchorLoss = 0;
  for (let i = 0; i < count; i++) {
    const slope = ((slopes[i] as number) * perDim * (c0[i] as number)) / (cz[i] as number) ** 2 / total;
    const strength = anchor?.strength[i] ?? 0;
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      const mu = (cx[i] as number) * (x[j] as number) + (c0[i] as number) * (x0Hat[j] as number);
      const away = anchor ? (x0Hat[j] as number) - (anchor.x0Hat[j] as number) : 0;
      gradient[j] = slope * ((next[j] as number) - mu) + (2 * strength * away) / total;
      anchorLoss += strength * away * away;
    }
  }
  return { gradient, anchorLoss };
}
