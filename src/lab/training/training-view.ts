/** What the views draw behind the samples of a training run. */
import type { PointProblem } from "../../engine/training-engine.ts";
import { lawBox, lawGrid, massLevels, squareBox } from "../../experiments/view-parts/law-grid.ts";
import { plotAxes } from "../../experiments/view-parts/plot-plane.ts";
import { rewardView, type RewardGrid, type RewardView } from "../../experiments/view-parts/reward-view.ts";
import { DENSITY_GRID } from "../../experiments/view-parts/view-grid.ts";
import type { TrainingView } from "./prepare-messages.ts";

/** Standard deviations of the law that the window reaches; training moves samples outwards, so more than the data needs. */
const REACH = 3.2;
const CONTOUR_SHARES = [0.5, 0.9];

/** Window, reward field and exact law of a problem in 1 or 2 dimensions. */
export function trainingView({ law, rewards }: PointProblem): TrainingView {
  const dim = law.dim === 1 ? 1 : 2;
  const inner = lawBox(law, REACH);
  const box = dim === 1 ? inner : squareBox(inner);
  const axes = plotAxes(law, { kind: "principal" });
  const views = rewards.map(({ program, weight }) => ({
    view: rewardView(program, law, axes, box, box),
    weight,
  }));
  const values = lawGrid(law, box, dim === 1 ? DENSITY_GRID.line : DENSITY_GRID.plane);
  return {
    dim,
    box,
    reward: summedView(views),
    data: { values, levels: dim === 1 ? [] : massLevels(values, CONTOUR_SHARES) },
  };
}

/** The weighted sum of reward fields over one box. Throws RangeError for none. */
export function summedView(
  parts: readonly { readonly view: RewardView; readonly weight: number }[],
): RewardView {
  const [first] = parts;
  if (first === undefined)
    throw new RangeError("reward view: must have a reward, got none; add one to the specification");
  const sum = (pick: (view: RewardView) => RewardGrid): RewardGrid => {
    const base = pick(first.view);
    const values = base.values.map((_, i) =>
      parts.reduce((total, { view, weight }) => total + weight * (pick(view).values[i] ?? NaN), 0),
    );
    return { ...base, values };
  };
  const near = sum((view) => view.near);
  return { ...first.view, whole: sum((view) => view.whole), near, ...scaleOf(near.values) };
}

/** Ends of the colour scale: about 0 where the field takes both signs. */
function scaleOf(values: Float32Array): Pick<RewardView, "range" | "centred"> {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { range: [0, 1], centred: false };
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const most = Math.max(-low, high);
  // Tails that fade to nothing end the scale at 0.
  if (low > 0 && low < 1e-4 * high) return { range: [0, high], centred: false };
  if (high < 0 && -high < -1e-4 * low) return { range: [low, 0], centred: false };
  return low < 0 && high > 0
    ? { range: [-most, most], centred: true }
    : { range: [low, high], centred: false };
}
