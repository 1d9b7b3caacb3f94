/** Changes of a training spec that keep its parts fitting to each other. */
import { KIND_DEFAULTS } from "../../../spec/kind-defaults.ts";
import { algorithmFor, publishedFor } from "../../../spec/training/algorithm-defaults.ts";
import type { AlgorithmKind, NoiseSpec, TrainingSpec, WeightedReward } from "../../../spec/training/types.ts";
import type { GridSpec } from "../../../spec/types.ts";
import { gridOfKind } from "../../../spec/adapt.ts";
import { trainableSteps } from "../../../spec/training/consistency.ts";
import { windowWithin } from "./window-edits.ts";

/** The spec with that algorithm as published: its noise law and klWeight come with it, and the batch is made of whole groups. */
export function withAlgorithm<S extends TrainingSpec>(spec: S, kind: AlgorithmKind): S {
  const published = publishedFor(spec, kind);
  const next = {
    ...spec,
    algorithm: algorithmFor(kind, spec.model),
    training: { ...spec.training, ...published, ...lastStepOf(published.noise, spec) },
  };
  return withSteps(withWholeGroups(next), spec.training.steps);
}

/** The spec with a noise law of that kind at about the present strength. */
export function withNoiseKind<S extends TrainingSpec>(spec: S, kind: NoiseSpec["kind"]): S {
  const noise = noiseOfKind(spec.training.noise, kind);
  return fitted({ ...spec, training: { ...spec.training, noise, ...lastStepOf(noise, spec) } });
}

/** a = sqrt(2) eta for small steps; DanceGRPO's level is of another shape and starts at its published one. */
function noiseOfKind(old: NoiseSpec, kind: NoiseSpec["kind"]): NoiseSpec {
  if (old.kind === kind) return old;
  const eta = old.kind === "gddim" ? old.eta : old.kind === "flow-grpo" ? old.level / Math.SQRT2 : 1;
  const tidy = (value: number) => Number(value.toPrecision(3));
  if (kind === "gddim") return { kind, eta: tidy(eta) };
  return { kind, level: kind === "flow-grpo" ? tidy(Math.SQRT2 * eta) : 0.3 };
}

/** The last step of gDDIM has no noise, so there is nothing to keep. */
function lastStepOf(noise: NoiseSpec, spec: TrainingSpec): Pick<TrainingSpec["training"], "lastStep"> {
  return { lastStep: noise.kind === "gddim" ? "drop" : spec.training.lastStep };
}

function withWholeGroups<S extends TrainingSpec>(spec: S): S {
  const size = groupSize(spec);
  const batch = Math.max(size, Math.round(spec.training.batch / size) * size);
  return { ...spec, training: { ...spec.training, batch } };
}

/** Samples that belong together: the batch must be a multiple of this. */
export function groupSize({ algorithm }: TrainingSpec): number {
  if ("group" in algorithm) return algorithm.group;
  if (algorithm.kind === "best-of-n") return algorithm.n;
  return algorithm.kind === "sdpo" && algorithm.pairs ? 2 : 1;
}

/** The spec with N = `steps`; a window, and a gradient through the last steps, are pushed back inside them. */
export function withSteps<S extends TrainingSpec>(spec: S, steps: number): S {
  return fitted({ ...spec, training: { ...spec.training, steps } });
}

/** The spec whose last step is dropped or kept; a window leaves a step that is dropped. */
export function withLastStep<S extends TrainingSpec>(
  spec: S,
  lastStep: TrainingSpec["training"]["lastStep"],
): S {
  return fitted({ ...spec, training: { ...spec.training, lastStep } });
}

/** A wrong number of steps is left for the checks to refuse. */
function fitted<S extends TrainingSpec>(spec: S): S {
  const { algorithm, training } = spec;
  const { steps } = training;
  if (!Number.isInteger(steps) || steps < 1) return spec;
  if (algorithm.kind === "direct")
    return { ...spec, algorithm: { ...algorithm, through: Math.min(algorithm.through, steps) } };
  const room = trainableSteps(training);
  if (algorithm.kind !== "mix-grpo" || room < 1) return spec;
  const { window } = algorithm;
  return { ...spec, algorithm: { ...algorithm, window: { ...window, ...windowWithin(window, room) } } };
}

/** The spec with a grid of that kind and its usual numbers. */
export function withGridKind<S extends TrainingSpec>(spec: S, kind: GridSpec["kind"]): S {
  return { ...spec, training: { ...spec.training, grid: gridOfKind(kind) } };
}

/** Value that a new reward starts at: a bump at the origin, of the width that bumps start with. */
export function newReward(dim: number): WeightedReward {
  const center = new Array<number>(dim).fill(0);
  return { reward: { kind: "ring", center, ...KIND_DEFAULTS.ring }, weight: 1 };
}
