/**
 * What several fields must satisfy together. Each check needs only the sections it names and runs when those parsed, so
 * that one report lists every problem. Limits of single experiments (say DDIM at large eta) are refusals there, not here.
 */
import { modelDimension } from "./defaults.ts";
import { LIMITS, MAX_CONTRACTION } from "./limits.ts";
import { showValue, type Problem } from "./problems.ts";
import { asymmetry, isPositiveSemiDefinite } from "./psd.ts";
import type {
  BetaSpec,
  ComponentSpec,
  EvaluationSpec,
  ModelSpec,
  ProcessSpec,
  RewardSpec,
  SamplerSpec,
  TargetSpec,
} from "./types.ts";

type Matrix = readonly (readonly number[])[];

/** Dimensions and covariances of the model. */
export function checkModel(model: ModelSpec): Problem[] {
  switch (model.kind) {
    case "gaussian":
      return checkCovariance(model.cov, model.mean.length);
    case "mixture":
      return checkComponents(model.components, "model.components");
    case "shape":
      return [];
    case "points":
      return checkPoints(model);
  }
}

function checkCovariance(cov: Extract<ModelSpec, { kind: "gaussian" }>["cov"], dim: number): Problem[] {
  if (!("kind" in cov)) return checkMatrix(cov, dim, "model.cov", true);
  if (cov.kind === "diagonal" && cov.variances.length !== dim) {
    return [wrongLength("model.cov.variances", dim, cov.variances.length, "model.mean")];
  }
  return [];
}

function checkComponents(components: readonly ComponentSpec[], field: string): Problem[] {
  const dim = components[0]?.mean.length ?? 1;
  return components.flatMap((c, i) => [
    ...(c.mean.length === dim
      ? []
      : [wrongLength(`${field}[${i}].mean`, dim, c.mean.length, `${field}[0].mean`)]),
    ...checkMatrix(c.cov, c.mean.length, `${field}[${i}].cov`, true),
  ]);
}

function checkPoints(model: Extract<ModelSpec, { kind: "points" }>): Problem[] {
  if (model.components !== undefined) return checkComponents(model.components, "model.components");
  if (model.points === undefined) {
    return [
      {
        field: "model.points",
        message: `must hold at least ${LIMITS.points.min} points (or model.components the finished fit), got nothing; paste or drop a CSV, or name a file on the command line`,
      },
    ];
  }
  const dim = model.points[0]?.length ?? 1;
  const ragged = model.points.findIndex((p) => p.length !== dim);
  if (ragged >= 0) {
    return [
      wrongLength(`model.points[${ragged}]`, dim, model.points[ragged]?.length ?? 0, "the first point"),
    ];
  }
  const distinct = model.points.some((p) => p.some((v, j) => v !== model.points?.[0]?.[j]));
  return distinct
    ? []
    : [
        {
          field: "model.points",
          message: "must hold at least 2 different points, got one repeated; add others",
        },
      ];
}

function checkMatrix(matrix: Matrix, dim: number, field: string, semiDefinite: boolean): Problem[] {
  if (matrix.length !== dim || matrix.some((row) => row.length !== dim)) {
    const got = `${matrix.length} rows of ${[...new Set(matrix.map((r) => r.length))].join(" or ")}`;
    return [{ field, message: `must be ${dim} by ${dim}, got ${got}; match the dimension of the model` }];
  }
  const bad = asymmetry(matrix);
  if (bad !== null) {
    const [i, j] = bad;
    return [
      {
        field: `${field}[${i}][${j}]`,
        message: `must equal [${j}][${i}] (the matrix is symmetric), got ${showValue(matrix[i]?.[j])} and ${showValue(matrix[j]?.[i])}; make them equal`,
      },
    ];
  }
  if (semiDefinite && !isPositiveSemiDefinite(matrix)) {
    return [
      {
        field,
        message: `must be positive semi-definite, got ${showValue(matrix)}; shrink the entries off the diagonal (variances must be >= 0)`,
      },
    ];
  }
  return [];
}

function wrongLength(field: string, want: number, got: number, like: string): Problem {
  return { field, message: `must have length ${want}, as ${like} has, got length ${got}; make them equal` };
}

/** True if noise at T is infinite in rate (g^2 = Infinity): rectified flow and the cosine schedule at t = 1. */
export function reachesPureNoise(process: ProcessSpec): boolean {
  const unit = process.kind === "flow" || ("beta" in process && process.beta.kind === "cosine");
  return unit && process.T >= 1 && process.kind !== "contractive-sub-vp";
}

/** End time, contraction and schedule of the process. */
export function checkProcess(process: ProcessSpec): Problem[] {
  const problems: Problem[] = [];
  if ((process.kind === "flow" || "beta" in process) && process.T > 1) {
    problems.push({
      field: "process.T",
      message: `must be at most 1 (${process.kind} runs on the unit interval), got ${process.T}; use T = 1 and change beta instead`,
    });
  }
  if (process.kind === "contractive-ou" && process.theta * process.T > MAX_CONTRACTION) {
    problems.push(tooContractive("process.T", "theta T", process.theta * process.T));
  }
  if (process.kind === "contractive-sub-vp") problems.push(...checkContractiveBeta(process.beta));
  if ("beta" in process) problems.push(...checkBeta(process.beta));
  return problems;
}

function checkContractiveBeta(beta: BetaSpec): Problem[] {
  if (beta.kind === "cosine") {
    return [
      {
        field: "process.beta.kind",
        message:
          'must be linear or constant for contractive-sub-vp, got "cosine"; its rate is infinite at t = 1, where the process would expand without limit',
      },
    ];
  }
  const total = beta.kind === "linear" ? (beta.min + beta.max) / 2 : beta.value;
  return total / 2 > MAX_CONTRACTION ? [tooContractive("process.beta", "B(1) / 2", total / 2)] : [];
}

function checkBeta(beta: BetaSpec): Problem[] {
  if (beta.kind !== "linear" || (beta.max >= beta.min && beta.max > 0)) return [];
  return [
    {
      field: "process.beta.max",
      message: `must be above 0 and at least beta.min = ${beta.min}, got ${beta.max}; raise it`,
    },
  ];
}

function tooContractive(field: string, what: string, got: number): Problem {
  return {
    field,
    message: `must keep ${what} at most ${MAX_CONTRACTION} (noise grows as its exponential), got ${got}; lower it`,
  };
}

/** Grid floor, window and samplers against the process. */
export function checkSampler(sampler: SamplerSpec, process: ProcessSpec | null): Problem[] {
  const problems: Problem[] = [];
  const { schedule, grid } = sampler;
  if (schedule.kind === "window" && schedule.start + schedule.size > sampler.steps) {
    problems.push({
      field: "sampler.schedule.size",
      message: `must end within the ${sampler.steps} steps (start + size <= steps), got ${schedule.start} + ${schedule.size}; shorten the window or raise steps`,
    });
  }
  if (process === null) return problems;
  if ("min" in grid && grid.min >= process.T) {
    problems.push({
      field: "sampler.grid.min",
      message: `must be below T = ${process.T}, got ${grid.min}; lower it`,
    });
  }
  if (!reachesPureNoise(process)) return problems;
  if (sampler.kind === "euler-maruyama" || sampler.kind === "heun") {
    problems.push(pureNoise("sampler.kind", `${sampler.kind} (g^2 is infinite at T)`, sampler.kind));
  }
  return problems;
}

function pureNoise(field: string, what: string, got: string): Problem {
  return {
    field,
    message: `must be gddim or ddim while the process reaches pure noise at T = 1, where ${what} cannot start, got "${got}"; set T = 0.999 or choose another sampler`,
  };
}

/** Dimensions of the reward against the model; formulas only where there are coordinates x and y. */
export function checkReward(reward: RewardSpec, dim: number | null): Problem[] {
  if (dim === null) return [];
  const length = (field: string, got: number) =>
    got === dim ? [] : [wrongLength(field, dim, got, "the model")];
  switch (reward.kind) {
    case "quadratic":
      return [
        ...length("reward.center", reward.center.length),
        ...(reward.matrix === undefined ? [] : checkMatrix(reward.matrix, dim, "reward.matrix", true)),
      ];
    case "linear":
      return length("reward.weights", reward.weights.length);
    case "bumps":
      return reward.bumps.flatMap((b, i) => length(`reward.bumps[${i}].center`, b.center.length));
    case "ring":
      return length("reward.center", reward.center.length);
    case "formula":
      return dim <= 2
        ? []
        : [
            {
              field: "reward.kind",
              message: `must be quadratic, linear, bumps or ring in ${dim} dimensions, got "formula"; formulas know x and y only`,
            },
          ];
  }
}

/** Which fine-tuned targets this law and reward allow. */
export function checkTarget(
  target: TargetSpec,
  model: ModelSpec,
  reward: RewardSpec,
  process: ProcessSpec | null,
): Problem[] {
  if (target.kind === "reference") return [];
  const solvable = reward.kind === "quadratic" || reward.kind === "linear";
  if (target.kind === "tilted") {
    const dim = modelDimension(model) ?? 1;
    if (solvable || dim <= 2) return [];
    return [
      {
        field: "target.kind",
        message: `must be "reference" for a ${reward.kind} reward in ${dim} dimensions (the tilted law has no closed form there), got "tilted"; use a quadratic or linear reward`,
      },
    ];
  }
  if (!solvable) {
    return [
      {
        field: "target.kind",
        message: `must be "reference" or "tilted" with a ${reward.kind} reward (the optimal control is closed form for quadratic and linear rewards only), got "controlled"; change the reward or the target`,
      },
    ];
  }
  const { etaTrain } = target;
  if (process !== null && reachesPureNoise(process) && etaTrain > 0 && etaTrain < 1) {
    return [
      {
        field: "target.etaTrain",
        message: `must be 0 or at least 1 while the process reaches pure noise at T = 1 (the optimal control is unbounded there), got ${etaTrain}; raise it or set T = 0.999`,
      },
    ];
  }
  if (isGaussian(model) || etaTrain === 1) return [];
  return [
    {
      field: "target.etaTrain",
      message: `must be 1 for a ${model.kind} model (only there is the optimal control of a law that is not Gaussian closed form), got ${target.etaTrain}; set it to 1 or use a Gaussian model`,
    },
  ];
}

function isGaussian(model: ModelSpec): boolean {
  if (model.kind === "gaussian") return true;
  return model.kind === "mixture" && model.components.length === 1;
}

/** Sweeps against the process. */
export function checkEvaluation(evaluation: EvaluationSpec, process: ProcessSpec | null): Problem[] {
  if (process === null) return [];
  return evaluation.horizons.flatMap((T, i) => {
    const message = horizonFault(T, process);
    return message === null ? [] : [{ field: `evaluation.horizons[${i}]`, message }];
  });
}

function horizonFault(T: number, process: ProcessSpec): string | null {
  if ((process.kind === "flow" || "beta" in process) && T > 1) {
    return `must be at most 1 (${process.kind} runs on the unit interval), got ${T}; lower it`;
  }
  if (process.kind === "contractive-ou" && process.theta * T > MAX_CONTRACTION) {
    return `must keep theta T at most ${MAX_CONTRACTION}, got ${process.theta * T}; lower it`;
  }
  return null;
}

/** Largest dimension that mixtures, shapes and points may have. */
export const MIXTURE_DIM = 2;
