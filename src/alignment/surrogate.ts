/**
 * The losses of a policy gradient, on rows of transitions, in f64 and without a network: x0Hat in, loss and dLoss/dx0Hat out.
 * With rho = exp(log pi - log pi_old) and advantage A, the loss of a row is
 *
 *     score     -A log pi                                                   [Black23, SF]
 *     clipped   max(-A rho, -A clip(rho, 1 - c, 1 + c))                     [Schulman17]
 *     clamped   -A clip(rho, 1 - c, 1 + c), without gradient outside        [Fan23, the published code]
 *
 * plus anchor |x0Hat - x0Hat_ref|^2, which is the exact KL of the step where anchor = klWeight/2 (c0/cz)^2.
 */
import type { RowContext } from "./policy-network.ts";
import { transitionLogProb } from "./transition.ts";

export interface SurrogateRule {
  readonly kind: "score" | "clipped" | "clamped";
  /** Ignored by score; Infinity never clips. */
  readonly clip: number;
  /** Log-probabilities over dims: their sum, or their mean, which divides the log-ratio by d. */
  readonly logProb: "sum" | "mean";
}

/** Transitions of any steps, one a row. */
export interface TransitionRows {
  readonly dim: number;
  readonly count: number;
  /** [n, d] */
  readonly x: Float64Array;
  readonly next: Float64Array;
  /** [n] */
  readonly t: Float64Array;
  readonly cx: Float64Array;
  readonly c0: Float64Array;
  readonly cz: Float64Array;
  /** [n] summed log-probability under the policy that drew the row. */
  readonly logProb: Float64Array;
  readonly advantage: Float64Array;
  /** Pull to the reference [n, d] with strength [n]; null without one. */
  readonly anchor: { readonly x0Hat: Float64Array; readonly strength: Float64Array } | null;
  /** What the rows ask, for networks with prompts. */
  readonly asked?: RowContext | undefined;
}

export interface SurrogateValue {
  readonly loss: number;
  /** dLoss / dx0Hat [n, d]. */
  readonly gradient: Float64Array;
  /** Rows with a ratio outside 1 +- clip. */
  readonly clipped: number;
  /** [n] log-ratios as the rule reduces them. */
  readonly logRatio: Float64Array;
}

/** Largest |ratio - 1|; rows for which `counts` is false are left out. */
export function ratioError(logRatio: Float64Array, counts: (i: number) => boolean = () => true): number {
  return logRatio.reduce(
    (worst, value, i) => (counts(i) ? Math.max(worst, Math.abs(Math.expm1(value))) : worst),
    0,
  );
}

/** Sum of the rows' losses over `total`, the number of rows of the whole update. */
export function surrogate(
  rows: TransitionRows,
  x0Hat: Float64Array,
  rule: SurrogateRule,
  total: number,
): SurrogateValue {
  const gradient = new Float64Array(x0Hat.length);
  const perDim = rule.logProb === "mean" ? 1 / rows.dim : 1;
  let loss = 0;
  let clipped = 0;
  const logRatios = new Float64Array(rows.count);
  for (let i = 0; i < rows.count; i++) {
    const logProb = transitionLogProb(stepOf(rows, i), rows.dim, i, rows.x, rows.next, x0Hat);
    const logRatio = perDim * (logProb - (rows.logProb[i] as number));
    const row = rowLoss(rule, rows.advantage[i] as number, logRatio, perDim * logProb);
    loss += row.loss + addRowGradient(rows, x0Hat, i, (row.slope * perDim) / total, total, gradient);
    if (row.clipped) clipped++;
    logRatios[i] = logRatio;
  }
  return { loss: loss / total, gradient, clipped, logRatio: logRatios };
}

/** Loss of one row and its slope in the log-probability as the rule reduces it. */
export function rowLoss(
  { kind, clip }: Pick<SurrogateRule, "kind" | "clip">,
  advantage: number,
  logRatio: number,
  logProb: number,
): { readonly loss: number; readonly slope: number; readonly clipped: boolean } {
  if (kind === "score") return { loss: -advantage * logProb, slope: -advantage, clipped: false };
  const ratio = Math.exp(logRatio);
  const free = -advantage * ratio;
  const held = -advantage * Math.min(1 + clip, Math.max(1 - clip, ratio));
  const clipped = Math.abs(ratio - 1) > clip;
  if (kind === "clamped") return { loss: held, slope: clipped ? 0 : free, clipped };
  return { loss: Math.max(free, held), slope: free >= held ? free : 0, clipped };
}

/** Adds slope dlogProb/dx0Hat and the anchor's gradient of row i; returns the anchor's loss, not yet over `total`. */
function addRowGradient(
  rows: TransitionRows,
  x0Hat: Float64Array,
  i: number,
  slope: number,
  total: number,
  gradient: Float64Array,
): number {
  const { dim, x, next, anchor } = rows;
  const { cx, c0, cz } = stepOf(rows, i);
  const strength = anchor?.strength[i] ?? 0;
  let loss = 0;
  for (let j = i * dim; j < (i + 1) * dim; j++) {
    const mu = cx * (x[j] as number) + c0 * (x0Hat[j] as number);
    const away = anchor ? (x0Hat[j] as number) - (anchor.x0Hat[j] as number) : 0;
    gradient[j] = (slope * c0 * ((next[j] as number) - mu)) / (cz * cz) + (2 * strength * away) / total;
    loss += strength * away * away;
  }
  return loss;
}

function stepOf(rows: TransitionRows, i: number) {
  return { cx: rows.cx[i] as number, c0: rows.c0[i] as number, cz: rows.cz[i] as number };
}
