/** The table of diffusion processes. A new one is one small file and one entry here. */
import type { Process } from "../process.ts";
import { type BetaParameters, createBeta } from "./beta.ts";
import { contractiveOu } from "./contractive-ou.ts";
import { contractiveSubVp } from "./contractive-sub-vp.ts";
import { flow } from "./flow.ts";
import { subVp } from "./sub-vp.ts";
import { ve } from "./ve.ts";
import { vp } from "./vp.ts";

/** Parameters of a process, as in the specification. T > 0 is the end time; at most 1 for flow and cosine rates. */
export type ProcessParameters =
  | { readonly kind: "ve"; readonly T: number }
  | { readonly kind: "vp"; readonly beta: BetaParameters; readonly T: number }
  | { readonly kind: "sub-vp"; readonly beta: BetaParameters; readonly T: number }
  | { readonly kind: "flow"; readonly T: number }
  | { readonly kind: "contractive-ou"; readonly theta: number; readonly noise: number; readonly T: number }
  | { readonly kind: "contractive-sub-vp"; readonly beta: BetaParameters; readonly T: number };

type ProcessKind = ProcessParameters["kind"];
type ParametersOf<K extends ProcessKind> = Extract<ProcessParameters, { kind: K }>;
type ProcessTable = { readonly [K in ProcessKind]: (p: ParametersOf<K>) => Process };

const PROCESSES: ProcessTable = {
  ve: (p) => ve(p.T),
  vp: (p) => vp(createBeta(p.beta), p.T),
  "sub-vp": (p) => subVp(createBeta(p.beta), p.T),
  flow: (p) => flow(p.T),
  "contractive-ou": (p) => contractiveOu(p.theta, p.noise, p.T),
  "contractive-sub-vp": (p) => contractiveSubVp(createBeta(p.beta), p.T),
};

/** Names of all processes. */
export const PROCESS_KINDS = Object.keys(PROCESSES) as readonly ProcessKind[];

/** Builds a process. Throws RangeError if its noise at T is not a positive finite number, or T lies past its end. */
export function createProcess(p: ProcessParameters): Process {
  const build = PROCESSES[p.kind] as (p: ProcessParameters) => Process;
  const process = build(p);
  const fail = (rule: string, got: string): never => {
    throw new RangeError(`process ${p.kind}: ${rule}, got ${got}; choose another T or noise rate`);
  };
  if (!(p.T > 0 && p.T < Infinity)) fail("T must be positive and finite", `T = ${p.T}`);
  if (p.T > endOfTime(p)) fail(`T must be at most ${endOfTime(p)}, where the signal is 0`, `T = ${p.T}`);
  const alpha = process.alpha(p.T);
  const sigma = process.sigma(p.T);
  if (!(alpha >= 0 && alpha < Infinity)) fail("alpha at T must be finite", `alpha = ${alpha}`);
  if (!(sigma > 0 && sigma < Infinity)) fail("sigma at T must be positive and finite", `sigma = ${sigma}`);
  return process;
}

/** Largest T the process has: 1 where the signal vanishes there, else Infinity. */
function endOfTime(p: ProcessParameters): number {
  return p.kind === "flow" || ("beta" in p && p.beta.kind === "cosine") ? 1 : Infinity;
}
