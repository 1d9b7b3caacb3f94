/**
 * Edits that keep a specification whole: changing the kind of one section gives it that kind's defaults and fits what
 * depends on it (reward to the dimension, horizons and grid to the process, target to what is solvable).
 */
import { DEFAULT_COMPONENTS, DEFAULT_HORIZONS, defaultSpec, modelDimension } from "./defaults.ts";
import { parseSpec } from "./parse.ts";
import type {
  BetaSpec,
  EtaScheduleSpec,
  ExperimentSpec,
  GridSpec,
  ModelSpec,
  ProcessSpec,
  RewardSpec,
  TargetSpec,
} from "./types.ts";

/** The default of a section of the given kind, for the present dimension of the model. */
function sectionOf<S extends "process" | "reward" | "target">(
  spec: ExperimentSpec,
  section: S,
  value: unknown,
): ExperimentSpec[S] {
  const base = { version: 1, model: exampleModel(modelDimension(spec.model) ?? 1) };
  const parsed = parseSpec({ ...base, [section]: value });
  return parsed.ok ? parsed.spec[section] : defaultSpec()[section];
}

function exampleModel(dim: number): ModelSpec {
  return {
    kind: "gaussian",
    mean: new Array<number>(dim).fill(0),
    cov: { kind: "isotropic", variance: 1 },
  };
}

/** A small two-cluster law, so that "own points" starts with something to replace; no points, so no count. */
const EXAMPLE_POINTS: Extract<ModelSpec, { kind: "points" }> = {
  kind: "points",
  name: "example",
  components: [
    {
      weight: 0.6,
      mean: [-1, 0.3],
      cov: [
        [0.2, 0.08],
        [0.08, 0.12],
      ],
    },
    {
      weight: 0.4,
      mean: [1.1, -0.4],
      cov: [
        [0.15, -0.05],
        [-0.05, 0.2],
      ],
    },
  ],
};

const EXAMPLE_MODELS: { readonly [K in ModelSpec["kind"]]: ModelSpec } = {
  gaussian: defaultSpec().model,
  mixture: { kind: "mixture", components: DEFAULT_COMPONENTS },
  shape: { kind: "shape", shape: "moons", noise: 0.1 },
  points: EXAMPLE_POINTS,
};

/** Another kind of model, with an example law of that kind; the reward follows its dimension. */
export function withModelKind(spec: ExperimentSpec, kind: ModelSpec["kind"]): ExperimentSpec {
  return adaptSpec({ ...spec, model: EXAMPLE_MODELS[kind] });
}

/** Another process with its defaults; horizons follow. */
export function withProcessKind(spec: ExperimentSpec, kind: ProcessSpec["kind"]): ExperimentSpec {
  const process = sectionOf(spec, "process", { kind });
  return adaptSpec({
    ...spec,
    process,
    evaluation: { ...spec.evaluation, horizons: DEFAULT_HORIZONS[kind] },
  });
}

/** Another kind of reward with its defaults in the model's dimension. */
export function withRewardKind(spec: ExperimentSpec, kind: RewardSpec["kind"]): ExperimentSpec {
  return adaptSpec({ ...spec, reward: sectionOf(spec, "reward", { kind }) });
}

/** Another target, keeping klWeight. */
export function withTargetKind(spec: ExperimentSpec, kind: TargetSpec["kind"]): ExperimentSpec {
  const klWeight = spec.target.kind === "reference" ? undefined : { klWeight: spec.target.klWeight };
  const value = kind === "reference" ? { kind } : { kind, ...klWeight };
  return adaptSpec({ ...spec, target: sectionOf(spec, "target", value) });
}

/** The defaults of a grid kind. */
export function gridOfKind(kind: GridSpec["kind"]): GridSpec {
  return partOf((s) => s.sampler.grid, { sampler: { grid: kind } });
}

/** The defaults of an eta schedule kind. */
export function scheduleOfKind(kind: EtaScheduleSpec["kind"]): EtaScheduleSpec {
  return partOf((s) => s.sampler.schedule, { sampler: { schedule: kind } });
}

/** The defaults of a beta kind. */
export function betaOfKind(kind: BetaSpec["kind"]): BetaSpec {
  return partOf((s) => ("beta" in s.process ? s.process.beta : { kind: "constant", value: 1 }), {
    process: { kind: "vp", beta: kind },
  });
}

function partOf<T>(part: (spec: ExperimentSpec) => T, json: Readonly<Record<string, unknown>>): T {
  const parsed = parseSpec({ version: 1, ...json });
  return part(parsed.ok ? parsed.spec : defaultSpec());
}

/**
 * Mends what an edit elsewhere has broken: lengths that follow the dimension (padded with zeros or cut), the window that
 * follows the step count, grid floors above T, targets that the law or reward no longer allows, samplers that the process
 * refuses. Leaves a valid specification as it is.
 */
export function adaptSpec(spec: ExperimentSpec): ExperimentSpec {
  if (parseSpec(spec).ok) return spec;
  const dim = modelDimension(spec.model) ?? 1;
  const mended: ExperimentSpec = {
    ...spec,
    reward: adaptReward(spec.reward, dim),
    sampler: adaptSampler(spec),
    evaluation: { ...spec.evaluation, horizons: adaptHorizons(spec) },
  };
  if (parseSpec(mended).ok) return mended;
  const tilted: ExperimentSpec = { ...mended, target: softerTarget(mended.target) };
  if (parseSpec(tilted).ok) return tilted;
  const plain: ExperimentSpec = { ...mended, target: { kind: "reference" } };
  return parseSpec(plain).ok ? plain : mended;
}

function softerTarget(target: TargetSpec): TargetSpec {
  return target.kind === "controlled" ? { kind: "tilted", klWeight: target.klWeight } : target;
}

function resize(values: readonly number[], dim: number): number[] {
  return Array.from({ length: dim }, (_, i) => values[i] ?? 0);
}

function adaptReward(reward: RewardSpec, dim: number): RewardSpec {
  switch (reward.kind) {
    case "quadratic": {
      const { matrix, ...rest } = reward;
      const kept = matrix !== undefined && matrix.length === dim ? { matrix } : {};
      return { ...rest, center: resize(reward.center, dim), ...kept };
    }
    case "linear":
      return { ...reward, weights: resize(reward.weights, dim) };
    case "bumps":
      return { ...reward, bumps: reward.bumps.map((b) => ({ ...b, center: resize(b.center, dim) })) };
    case "ring":
      return { ...reward, center: resize(reward.center, dim) };
    case "formula":
      return dim <= 2 ? reward : { kind: "quadratic", center: new Array<number>(dim).fill(0) };
  }
}

function adaptSampler({ sampler, process }: ExperimentSpec): ExperimentSpec["sampler"] {
  const { grid, schedule, steps } = sampler;
  const start = schedule.kind === "window" ? Math.min(schedule.start, steps - 1) : 0;
  const adapted = {
    ...sampler,
    grid: "min" in grid && grid.min >= process.T ? { ...grid, min: process.T / 1000 } : grid,
    schedule:
      schedule.kind === "window"
        ? { ...schedule, start, size: Math.min(schedule.size, steps - start) }
        : schedule,
  };
  const problems = parseSpec({ version: 1, process, sampler: adapted });
  const refused = !problems.ok && problems.problems.some((p) => p.field === "sampler.kind");
  return refused ? { ...adapted, kind: "gddim" } : adapted;
}

function adaptHorizons({ evaluation, process }: ExperimentSpec): readonly number[] {
  const parsed = parseSpec({ version: 1, process, evaluation });
  return parsed.ok ? evaluation.horizons : DEFAULT_HORIZONS[process.kind];
}
