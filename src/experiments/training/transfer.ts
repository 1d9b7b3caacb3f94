/** A resolved training between threads: everything but what is made of functions, which is cheap to make again. */
import { createProcess } from "../../diffusion/processes/index.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import type { ResolvedTraining } from "./resolve.ts";

/** Plain data; fits every spec with the same law, process, network and rewards. */
export type ResolvedParts = Omit<ResolvedTraining, "spec" | "diffusion">;

/** What crosses. */
export function partsOf({ problem, heldOut, dim, gaussian, names }: ResolvedTraining): ResolvedParts {
  return { problem, heldOut, dim, gaussian, names };
}

/** The whole again, for `spec`. */
export function assembled(spec: TrainingSpec, parts: ResolvedParts): ResolvedTraining {
  return { ...parts, spec, diffusion: createProcess(parts.problem.process) };
}
