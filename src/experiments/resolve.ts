/** From a specification to the objects that theory and samplers need. */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { createProcess } from "../diffusion/processes/index.ts";
import type { RewardProgram } from "../rewards/program.ts";
import { SpecError } from "../spec/problems.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { controlledModel, type ControlledModel } from "../theory/control.ts";
import type { TheoryKind } from "../theory/kind.ts";
import { tiltedLaw } from "../theory/tilt.ts";
import { modelLaw } from "./model-law.ts";
import { rewardProgram } from "./reward-program.ts";

/** Mean [d] and covariance [d, d] of a Gaussian law. */
export interface Moments {
  readonly mean: Float64Array;
  readonly cov: Float64Array;
}

/** A specification made ready: everything here follows from `spec` alone. */
export interface Problem {
  readonly spec: ExperimentSpec;
  readonly dim: number;
  /** The data law p_ref. */
  readonly reference: GaussianMixture;
  /**
   * The target p*: p_ref itself, or p_ref exp(r / klWeight). The model's score is exact for it, except in reading B
   * (`control` set) with etaTrain other than 1.
   */
  readonly law: GaussianMixture;
  /** How sure `law` is: heuristic where the tilted law is a fit. */
  readonly lawKind: TheoryKind;
  /** Total-variation distance of `law` from p*, 0..1; 0 where exact. */
  readonly lawDistance: number;
  /** `law` if it is a single Gaussian. */
  readonly gaussian: Moments | null;
  /** Reading B: the KL-optimal control of the etaTrain sampler on a Gaussian reference. */
  readonly control: ControlledModel | null;
  readonly process: Process;
  readonly reward: RewardProgram;
  /** Sentences a reader of any result should know. */
  readonly notes: readonly string[];
}

/** Prepares a valid specification. Throws `SpecError` where a formula does not parse. */
export function resolve(spec: ExperimentSpec): Problem {
  const reference = modelLaw(spec.model);
  const { dim } = reference;
  const process = createProcess(spec.process);
  const reward = rewardProgram(spec.reward, dim);
  const base = { spec, dim, reference, process, reward };
  if (spec.target.kind === "reference") {
    return {
      ...base,
      law: reference,
      lawKind: "exact",
      lawDistance: 0,
      gaussian: momentsOf(reference),
      control: null,
      notes: [],
    };
  }
  const { klWeight } = spec.target;
  const tilt = asTarget(() => tiltedLaw(reference, reward, klWeight));
  const ref = momentsOf(reference);
  const etaTrain = spec.target.kind === "controlled" ? spec.target.etaTrain : null;
  const control =
    etaTrain === null || ref === null
      ? null
      : asTarget(() => controlledModel({ ...ref, reward, klWeight, etaTrain, process }));
  return {
    ...base,
    law: tilt.law,
    lawKind: tilt.kind,
    lawDistance: tilt.distance,
    gaussian: momentsOf(tilt.law),
    control,
    notes: tilt.note === undefined ? [] : [tilt.note],
  };
}

/** What theory refuses about a target is a problem of the specification. */
function asTarget<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SpecError([{ field: "target", message: error.message.replace(/^target[^:]*: /, "") }]);
  }
}

/** Mean and covariance of a law of one component, else null. */
export function momentsOf(law: GaussianMixture): Moments | null {
  return law.count === 1 ? { mean: law.means, cov: law.covs } : null;
}
