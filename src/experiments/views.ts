/** What the views draw: a recording to make, and beside it the exact laws and the reward, as plain data. */
import { createGrid } from "../diffusion/grid.ts";
import { gaussianLaw, mixtureMoments, noisedMixture, type GaussianMixture } from "../diffusion/mixture.ts";
import type { SamplerProgram } from "../diffusion/program.ts";
import type { RecordJob } from "../engine/engine.ts";
import type { ExperimentSpec } from "../spec/types.ts";
import { armPrograms, type ArmChoice } from "./view-parts/arm-programs.ts";
import { chainLaws } from "./view-parts/chain-laws.ts";
import { finalLaws1d, type FinalLaw } from "./view-parts/final-laws.ts";
import { lawBox, lawGrid, massLevels, squareBox, unionBox, type Box } from "./view-parts/law-grid.ts";
import { plotAxes, projectedLaw, type PlaneChoice, type PlotAxis } from "./view-parts/plot-plane.ts";
import { rewardView, type RewardGrid, type RewardView } from "./view-parts/reward-view.ts";
import { viewFrames, viewParticles } from "./view-parts/view-frames.ts";
import { DENSITY_GRID } from "./view-parts/view-grid.ts";
import { resolve, type Problem } from "./resolve.ts";

export type { ArmChoice, Box, FinalLaw, PlaneChoice, PlotAxis, RewardGrid, RewardView };

/** Shares of the mass that contour lines enclose. */
export const CONTOUR_SHARES = [0.5, 0.9] as const;
/** Half-width of windows, standard deviations, on a line and in a plane. */
const REACH = { line: 3.5, plane: 2.7 } as const;

/** An exact density at one frame: values on the frame's window, and in the plane the levels of CONTOUR_SHARES. */
export interface LawView {
  /** [line] or [plane, plane] nodes of DENSITY_GRID, first coordinate fastest; 1 / unit^dim. */
  readonly values: Float32Array;
  readonly levels: readonly number[];
}

/** One kept step. */
export interface FrameView {
  /** Steps done: 0 is the prior, N the samples. */
  readonly step: number;
  readonly t: number;
  /** Plot window that fits the laws at this time. */
  readonly window: Box;
  /** Law of x_t for x_0 from the data law. */
  readonly data: LawView;
  /** The same for x_0 from the target; null where it is the data law, and in reading B before the end. */
  readonly target: LawView | null;
  /** Exact law of each sampler, arm by arm; null where it is not Gaussian. */
  readonly arms: readonly (LawView | null)[];
  /** Largest density on the window, for a colour scale that all panels share. */
  readonly peak: number;
}

/** Mean and variance per dimension, exact. */
export interface MomentStrip {
  readonly label: string;
  readonly hue: "data" | "target" | "ode" | "sde";
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Everything that the views need beside the recording; safe to post between workers. */
export interface ViewData {
  readonly dim: number;
  readonly steps: number;
  readonly job: RecordJob;
  /** What programs[i] of the job is. */
  readonly arms: readonly ArmChoice[];
  /** Why there is no stochastic arm, or null. */
  readonly refusal: string | null;
  readonly axes: readonly PlotAxis[];
  readonly frames: readonly FrameView[];
  /** Window that holds the whole path. */
  readonly whole: Box;
  /** 1-D only: density of the target's (or data's) law at each frame on `whole`, [frames, DENSITY_GRID.line]. */
  readonly spaceTime: Float32Array | null;
  /** 1-D mixtures: exact law of each arm's samples, where it is cheap; null elsewhere. */
  readonly finalLaws: readonly (FinalLaw | null)[];
  readonly reward: RewardView;
  /** More than two dimensions: exact moments of data, target and samplers at the end. */
  readonly strip: readonly MomentStrip[] | null;
  /** Sentences that say what is shown and what is not. */
  readonly notes: readonly string[];
}

/** Prepares the views of a spec. Throws SpecError or SamplerRefusedError where there is nothing to sample. */
export function prepareViews(spec: ExperimentSpec, plane: PlaneChoice = { kind: "principal" }): ViewData {
  const problem = resolve(spec);
  const { arms, programs, refusal } = armPrograms(problem);
  const { steps } = spec.sampler;
  const kept = viewFrames(steps);
  const times = createGrid(spec.sampler.grid, problem.process, steps);
  const axes = plotAxes(problem.reference, plane);
  const paths = programs.map((program) => (program.kind === "linear" ? chainLaws(program, kept) : null));
  const laws = kept.map((step, i) => frameLaws(problem, axes, times[step] ?? 0, i, paths));
  const frames = laws.map((law, i) => frameView(law, kept[i] ?? 0));
  const whole = fitted(unionBox(laws.map((law) => law.box)));
  const particles = viewParticles(spec.evaluation.particles, kept.length, problem.dim);
  return {
    dim: problem.dim,
    steps,
    job: { particles, seed: spec.evaluation.seed, programs, frames: kept },
    arms,
    refusal,
    axes,
    frames,
    whole,
    spaceTime: axes.length === 1 ? spaceTime(laws, whole) : null,
    finalLaws: finalLaws1d(programs, problem.process),
    reward: rewardView(problem.reward, problem.law, axes, whole, frames.at(-1)?.window ?? whole),
    strip: problem.dim > 2 ? momentStrip(problem, arms, paths) : null,
    notes: viewNotes(problem, programs, kept.length, particles),
  };
}

/** Laws of one frame in plot coordinates. */
interface FrameLaws {
  readonly t: number;
  readonly data: GaussianMixture;
  readonly target: GaussianMixture | null;
  readonly arms: readonly (GaussianMixture | null)[];
  /** Holds them all. */
  readonly box: Box;
}

type Paths = readonly (readonly GaussianMixture[] | null)[];

function frameLaws(
  problem: Problem,
  axes: readonly PlotAxis[],
  t: number,
  index: number,
  paths: Paths,
): FrameLaws {
  const { process, reference, law, control } = problem;
  const noised = (of: GaussianMixture) =>
    projectedLaw(noisedMixture(of, process.alpha(t), process.sigma(t)), axes);
  const data = noised(reference);
  const target = law === reference || (control !== null && t > 0) ? null : noised(law);
  const prior = index === 0 ? [priorLaw(problem, axes)] : [];
  const arms = paths.map((path) => {
    const at = path?.[index];
    return at === undefined ? null : projectedLaw(at, axes);
  });
  const shown = [data, target, ...arms, ...prior].filter((one) => one !== null);
  const reach = axes.length === 1 ? REACH.line : REACH.plane;
  return { t, data, target, arms, box: unionBox(shown.map((one) => lawBox(one, reach))) };
}

function priorLaw({ dim, process }: Problem, axes: readonly PlotAxis[]): GaussianMixture {
  const cov = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i += 1) cov[i * dim + i] = process.priorStd ** 2;
  return projectedLaw(gaussianLaw(new Float64Array(dim), cov), axes);
}

function frameView({ t, data, target, arms, box }: FrameLaws, step: number): FrameView {
  const window = fitted(box);
  const view = (law: GaussianMixture): LawView => {
    const values = lawGrid(law, window, law.dim === 1 ? DENSITY_GRID.line : DENSITY_GRID.plane);
    return { values, levels: law.dim === 1 ? [] : massLevels(values, CONTOUR_SHARES) };
  };
  const shown = {
    data: view(data),
    target: target === null ? null : view(target),
    arms: arms.map((law) => (law === null ? null : view(law))),
  };
  const all = [shown.data, shown.target, ...shown.arms];
  const peak = Math.max(...all.map((law) => law?.values.reduce((a, b) => Math.max(a, b), 0) ?? 0));
  return { step, t, window, ...shown, peak };
}

/** One scale on both axes in the plane. */
function fitted(box: Box): Box {
  return box.lo.length === 1 ? box : squareBox(box);
}

function spaceTime(laws: readonly FrameLaws[], whole: Box): Float32Array {
  const n = DENSITY_GRID.line;
  const values = new Float32Array(laws.length * n);
  laws.forEach((law, i) => values.set(lawGrid(law.target ?? law.data, whole, n), i * n));
  return values;
}

function momentStrip(problem: Problem, arms: readonly ArmChoice[], paths: Paths): MomentStrip[] {
  const strip = (label: string, hue: MomentStrip["hue"], law: GaussianMixture): MomentStrip => {
    const { mean, cov } = mixtureMoments(law);
    return { label, hue, mean, variance: mean.map((_, i) => cov[i * law.dim + i] ?? 0) };
  };
  const samplers = arms.flatMap((arm, i) => {
    const end = paths[i]?.at(-1);
    const label = arm.id === "ode" ? "ODE samples" : "SDE samples";
    return end === undefined ? [] : [strip(label, arm.id, end)];
  });
  const target = problem.law === problem.reference ? [] : [strip("target", "target", problem.law)];
  return [strip("data", "data", problem.reference), ...target, ...samplers];
}

function viewNotes(
  problem: Problem,
  programs: readonly SamplerProgram[],
  frames: number,
  particles: number,
): string[] {
  const { steps } = problem.spec.sampler;
  const notes = [...problem.notes];
  if (problem.control !== null)
    notes.push("Reading B: the target is the optimum of the training sampler; it is drawn at t = 0 only.");
  if (programs.some((program) => program.kind === "mixture"))
    notes.push(
      "The samplers' own laws have no closed form here; the exact curves are those of the data and target.",
    );
  if (frames <= steps) notes.push(`${frames} of ${steps + 1} time points are kept.`);
  if (particles < problem.spec.evaluation.particles)
    notes.push(`The views show the first ${particles.toLocaleString("en")} particles; the charts use all.`);
  if (problem.dim > 2)
    notes.push("Principal directions are those of the data law, each with its share of the variance.");
  if (problem.dim > 2) notes.push("Reward shading: on the plane through the mean of the target.");
  return notes;
}
