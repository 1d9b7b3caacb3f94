/** The samples on the screen: which network under which sampler, at which moment of training. */
import { imageRewardName } from "../../../rewards/image/reward-name.ts";
import { measuredPoints, pointAt } from "../../../lab/training/runs.ts";
import type { TrainingRun } from "../../../lab/training/state.ts";
import { isImageTraining, type NoiseSpec, type TrainingSpec } from "../../../spec/training/types.ts";
import type { Measurement } from "../../../lab/training/measurement.ts";
import type { Estimate } from "../../../measure/estimate.ts";
import type { Hue } from "../../../measure/series.ts";
import { formatNumber } from "../../../charts/format.ts";

export interface ShownArm {
  readonly id: "before" | "sde" | "ode";
  readonly name: string;
  readonly hue: Hue;
  /** Final samples [n, dim]. */
  readonly samples: Float32Array;
  readonly reward: Estimate;
}

export interface ShownSamples {
  readonly iteration: number;
  /** Iterations that can be shown, ascending. */
  readonly iterations: readonly number[];
  readonly arms: readonly ShownArm[];
  readonly measurement: Measurement;
  /** What the numbers of the arms are called. */
  readonly rewardName: string;
  /** The prompts that images were drawn for; null for points. */
  readonly prompts: readonly string[] | null;
}

/** "η = 1", "a = 0.7", "ε = 0.3" */
export function noiseText(noise: NoiseSpec): string {
  if (noise.kind === "gddim") return `η = ${formatNumber(noise.eta)}`;
  return `${noise.kind === "flow-grpo" ? "a" : "ε"} = ${formatNumber(noise.level)}`;
}

/** "boldness" where images are judged by one reward alone. */
export function rewardNameOf(spec: TrainingSpec): string {
  if (!isImageTraining(spec)) return "reward";
  const [first, ...others] = spec.rewards;
  return first !== undefined && others.length === 0 && first.weight === 1
    ? imageRewardName(first.reward)
    : "weighted reward";
}

/** What the views show of a run at the measured iteration nearest to `scrub`, null for the newest; null while nothing has been measured. */
export function shownSamples(
  run: Pick<TrainingRun, "spec" | "points">,
  scrub: number | null,
): ShownSamples | null {
  const point = pointAt(run, scrub);
  if (point === null) return null;
  const { measurement } = point;
  const { samples, numbers, reference } = measurement;
  const sde = `SDE, ${noiseText(run.spec.training.noise)}`;
  const { iteration } = point.checkpoint;
  return {
    iteration,
    iterations: measuredPoints(run).map(({ checkpoint }) => checkpoint.iteration),
    measurement,
    rewardName: rewardNameOf(run.spec),
    prompts: isImageTraining(run.spec) ? run.spec.model.prompts : null,
    arms: [
      {
        id: "before",
        name: "Pretrained, ODE",
        hue: "bound",
        samples: samples.before,
        reward: reference.ode.reward,
      },
      ...(samples.sde === null || numbers.sde === null
        ? []
        : [
            {
              id: "sde",
              name: `Trained, ${sde}`,
              hue: "sde",
              samples: samples.sde,
              reward: numbers.sde.reward,
            } as const,
          ]),
      { id: "ode", name: "Trained, ODE", hue: "ode", samples: samples.ode, reward: numbers.ode.reward },
    ],
  };
}
