/** The grid of images: both samplers from the same noise, followed through their frames, with every reward of every image. */
import { IMAGE_SIZE, type ImageArmResult, type ImageEngine, placeFrames } from "../../engine/image-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { meanOfFew } from "../../measure/few.ts";
import { addScalar, emptyScalarSums } from "../../measure/scalar-sums.ts";
import {
  type ColourName,
  COLOURS,
  IMAGE_REWARDS,
  type ImageRewardKind,
  type ImageRewardSpec,
  type ImageSpec,
} from "../../spec/images/types.ts";
import { ALL_REWARDS, completedJob, gridArms, jobBase, placeOfReward, rewardRequest } from "./plan.ts";

export interface GridRow {
  readonly eta: number;
  /** [frames, tiles, 3, 32, 32] */
  readonly states: Float32Array;
  /** [frames - 1, tiles, 3, 32, 32] */
  readonly predictions: Float32Array;
  readonly rewards: Readonly<Record<ImageRewardKind, Float64Array | null>>;
  /** Closeness to each colour, [tiles] each; `rewards` has that of the judged one. */
  readonly colours: Readonly<Record<ColourName, Float64Array | null>>;
  readonly diversity: Estimate;
}

export interface ImageGrid {
  readonly tiles: number;
  readonly times: readonly number[];
  readonly rows: readonly [ode: GridRow, sde: GridRow];
  /** Mean over tiles of reward(eta) - reward(0) for the chosen reward; null where it cannot be computed. */
  readonly gap: Estimate | null;
  readonly missing: Readonly<Partial<Record<ImageRewardKind, string>>>;
}

export interface GridControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
  /** The grid so far, the rest of it grey and without rewards. */
  readonly onPart?: (grid: ImageGrid) => void;
  /** The row of the ODE where it is known, see `odeKey`; then the SDE alone is drawn. */
  readonly ode?: GridRow;
}

/** What decides the row of the ODE: all but eta and its schedule. */
export function odeKey({ model, sampler, evaluation }: ImageSpec): string {
  return JSON.stringify([model, sampler.steps, sampler.grid, evaluation.tiles, evaluation.seed]);
}

/** The colour that the grid's reward of that kind judges by: the chosen one, or blue. */
export function judgedColour(reward: ImageRewardSpec): ColourName {
  return reward.kind === "colour" ? reward.colour : "blue";
}

/** Images drawn together; the first is shown early. */
const FIRST_BATCH = 1;
const BATCH = 8;

/** Runs the grid of a specification. Rejects with AbortError when cancelled, with SpecError for a bad prompt. */
export async function runGrid(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, onProgress, onPart, ode: known }: GridControl = {},
): Promise<ImageGrid> {
  const { arms: both, times } = gridArms(spec);
  const arms = known ? [both[1]] : both;
  const { tiles } = spec.evaluation;
  const missing = Object.fromEntries(
    IMAGE_REWARDS.flatMap((kind) => {
      const reason = engine.refusal(kind);
      return reason === null ? [] : [[kind, reason]];
    }),
  ) as Partial<Record<ImageRewardKind, string>>;
  const asked = ALL_REWARDS.filter(({ kind }) => missing[kind] === undefined);
  const rewards = asked.map(rewardRequest);
  const colour = judgedColour(spec.reward);
  const base = jobBase(spec);
  const whole = arms.map(() => blankArm(tiles, times.length, asked.length));
  const gridNow = (done: number): ImageGrid => {
    const drawn = whole.map((arm, a) =>
      gridRow(a === whole.length - 1 ? spec.sampler.eta : 0, arm, { asked, colour, done }),
    );
    const [ode, sde] = known ? [judgedBy(known, colour), ...drawn] : drawn;
    if (!ode || !sde) throw new Error("runGrid: internal: there must be two rows");
    const rows = [ode, sde] as const;
    return { tiles, times, rows, gap: pairedGap(rows, spec.reward.kind), missing };
  };
  for (let first = 0; first < tiles;) {
    const count = Math.min(first === 0 ? FIRST_BATCH : BATCH, tiles - first);
    const done = await engine.run(completedJob(spec, { ...base, first, count, arms, rewards }), {
      ...(signal ? { signal } : {}),
      onProgress: (share) => onProgress?.((first + share * count) / tiles),
    });
    whole.forEach((arm, a) => place(arm, done[a], first, count, tiles));
    first += count;
    if (first < tiles) onPart?.(gridNow(first));
  }
  return gridNow(tiles);
}

/** A row whose closeness to a colour is that to this one. */
function judgedBy(row: GridRow, colour: ColourName): GridRow {
  return { ...row, rewards: { ...row.rewards, colour: row.colours[colour] } };
}

/** An arm of grey images without rewards, to be filled. */
function blankArm(tiles: number, frames: number, rewards: number) {
  return {
    images: new Float32Array(tiles * IMAGE_SIZE),
    states: new Float32Array(frames * tiles * IMAGE_SIZE),
    predictions: new Float32Array((frames - 1) * tiles * IMAGE_SIZE),
    rewards: Array.from({ length: rewards }, () => new Float64Array(tiles).fill(NaN)),
  };
}

/** Copies images first .. first + count - 1 of a result into the whole. */
function place(
  whole: ReturnType<typeof blankArm>,
  part: ImageArmResult | undefined,
  first: number,
  count: number,
  tiles: number,
): void {
  if (part === undefined) throw new Error("runGrid: internal: there must be a result for each arm");
  for (const name of ["images", "states", "predictions"] as const)
    placeFrames(part[name], count * IMAGE_SIZE, whole[name], tiles * IMAGE_SIZE, first * IMAGE_SIZE);
  part.rewards.forEach((values, r) => values && whole.rewards[r]?.set(values, first));
}

function gridRow(
  eta: number,
  arm: ImageArmResult,
  plan: { readonly asked: readonly ImageRewardSpec[]; readonly colour: ColourName; readonly done: number },
): GridRow {
  const valuesOf = (reward: ImageRewardSpec): Float64Array | null =>
    arm.rewards[placeOfReward(plan.asked, reward)]?.slice() ?? null;
  const values = IMAGE_REWARDS.map((kind) => {
    const reward = kind === "colour" ? { kind, colour: plan.colour } : { kind };
    return [kind, valuesOf(reward)] as const;
  });
  const colours = COLOURS.map((colour) => [colour, valuesOf({ kind: "colour", colour })] as const);
  return {
    eta,
    // Copies, because a partial grid is drawn while the rest is still on its way.
    states: arm.states.slice(),
    predictions: arm.predictions.slice(),
    rewards: Object.fromEntries(values) as GridRow["rewards"],
    colours: Object.fromEntries(colours) as GridRow["colours"],
    diversity: diversityOf(arm.images, plan.done),
  };
}

/** Mean over the tiles of reward(eta) - reward(0), paired by noise; null for a reward without values. */
export function pairedGap(
  rows: readonly [Pick<GridRow, "rewards">, Pick<GridRow, "rewards">],
  kind: ImageRewardKind,
): Estimate | null {
  const [ode, sde] = rows.map((row) => row.rewards[kind]);
  if (!ode || !sde) return null;
  let sums = emptyScalarSums(0);
  sde.forEach((value, i) => (sums = addScalar(sums, value - (ode[i] ?? NaN))));
  return meanOfFew(sums);
}

/**
 * Mean distance between images: the root mean square difference of their numbers, over disjoint pairs (0, 1), (2, 3), ...,
 * which are independent, so that the standard error is that of a mean. Unit: half the range of a channel.
 */
export function diversityOf(images: Float32Array, count: number): Estimate {
  let sums = emptyScalarSums(0);
  for (let i = 0; i + 1 < count; i += 2) sums = addScalar(sums, distanceBetween(images, i, i + 1));
  return meanOfFew(sums);
}

/** Root mean square difference of images a and b of [n, 3, 32, 32] as they are shown; half the range of a channel. */
export function distanceBetween(images: Float32Array, a: number, b: number): number {
  let square = 0;
  for (let j = 0; j < IMAGE_SIZE; j++) {
    const difference = clip(images[a * IMAGE_SIZE + j]) - clip(images[b * IMAGE_SIZE + j]);
    square += difference * difference;
  }
  return Math.sqrt(square / IMAGE_SIZE);
}

/** A number of an image as it is shown. */
function clip(value = NaN): number {
  return Math.min(1, Math.max(-1, value));
}
