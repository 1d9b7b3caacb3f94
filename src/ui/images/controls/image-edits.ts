/** Changes of an image spec that keep its parts fitting to each other. */
import type { EtaScheduleSpec } from "../../../spec/types.ts";
import type { ImageRewardKind, ImageRewardSpec, ImageSpec } from "../../../spec/images/types.ts";

/** The spec with N = `steps`, and a window of stochastic steps pushed back inside them. */
export function withSteps(spec: ImageSpec, steps: number): ImageSpec {
  const schedule = windowWithin(spec.sampler.schedule, steps);
  return { ...spec, sampler: { ...spec.sampler, steps, schedule } };
}

function windowWithin(schedule: EtaScheduleSpec, steps: number): EtaScheduleSpec {
  if (schedule.kind !== "window" || !Number.isInteger(steps) || steps < 1) return schedule;
  const start = Math.min(schedule.start, steps - 1);
  return { ...schedule, start, size: Math.max(1, Math.min(schedule.size, steps - start)) };
}

/** The spec with that reward; the colour one starts at blue, like the default of links. */
export function withReward({ reward, ...spec }: ImageSpec, kind: ImageRewardKind): ImageSpec {
  if (kind === reward.kind) return { ...spec, reward };
  const next: ImageRewardSpec = kind === "colour" ? { kind, colour: "blue" } : { kind };
  return { ...spec, reward: next };
}
