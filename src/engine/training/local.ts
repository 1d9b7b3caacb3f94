/** The training engine of this thread: policies by a network factory, everything else in f64. */
import { type AlignerOptions, createAligner } from "../../alignment/aligner.ts";
import { cpuNetworks } from "../../alignment/cpu/network.ts";
import type { PolicyNetwork } from "../../alignment/policy-network.ts";
import { pretrain } from "../../alignment/pretrain.ts";
import { scoreErrors } from "../../alignment/score-error.ts";
import type {
  AlignControl,
  AlignJob,
  TrainingCheckpoint,
  TrainingEngine,
  TrainingEngineInfo,
  TrainingProblem,
} from "../training-engine.ts";
import { changingInfo } from "./changing-info.ts";
import type { GlyphModels } from "./glyphs.ts";
import { measurePolicy } from "./measure.ts";
import { openGlyphs, openPoints, type OpenedProblem, type OpenNetworks, requirePoints } from "./open.ts";
import { createPace } from "../pace.ts";

/** What an engine's networks run on. */
export interface TrainingParts {
  readonly info: TrainingEngineInfo;
  /** Networks over a process that await `rest` between pieces of their work. */
  readonly networks: OpenNetworks;
  /** The glyph model, where it can be had. */
  readonly glyphs?: GlyphModels;
  /** Lets go of what the networks run on. */
  readonly dispose?: () => void;
}

/** The f64 reference networks: slow, for tests and for small models. */
export const REFERENCE_PARTS: TrainingParts = {
  info: { adapter: "CPU, reference", kind: "cpu", precision: "f64" },
  networks: cpuNetworks,
};

/** An engine over these parts; its work runs in the thread that calls it, with breaks for other tasks. */
export function createTrainingEngine({
  info: startInfo,
  networks,
  glyphs: models,
  dispose,
}: TrainingParts): Promise<TrainingEngine> {
  const info = changingInfo(startInfo);
  const glyphs = models && tellingHome(models, info.learn);
  const open = async (problem: TrainingProblem, signal: AbortSignal | undefined): Promise<OpenedProblem> =>
    problem.kind === "glyphs"
      ? openGlyphs(problem, glyphs, createPace(signal), signal)
      : openPoints(problem, networks, createPace(signal));
  return Promise.resolve({
    get info() {
      return info.now();
    },
    watchInfo: info.watch,
    load: async (problem, control = {}) => {
      if (glyphs) await glyphs.load(problem.weights, control);
      return { parameters: (await open(problem, control.signal)).start(), steps: 0 };
    },
    pretrain: async (problem, { signal, from = null, onProgress, onCheckpoint } = {}) => {
      const { law, network: settings } = requirePoints(problem, "pretraining");
      const { process, make, start } = await open(problem, signal);
      const { pretrainSteps: steps, seed } = settings;
      return withNetworks([make(start())], async ([network]) => {
        const plan = { law, process, network, steps, seed, from };
        const parameters = await pretrain(plan, {
          ...(signal ? { signal } : {}),
          ...(onProgress ? { onReport: onProgress } : {}),
          ...(onCheckpoint ? { onCheckpoint } : {}),
        });
        return { parameters, steps };
      });
    },
    scoreError: async (problem, parameters, { signal } = {}) => {
      const { law } = requirePoints(problem, "score error");
      const { process, make } = await open(problem, signal);
      return withNetworks([make(parameters)], ([network]) => scoreErrors(network, law, process, signal));
    },
    align: async (job, control = {}) => {
      const opened = await open(job.problem, control.signal);
      const { make, process, judge, prompts } = opened;
      return withNetworks([make(job.reference), make(job.reference)], ([network, reference]) =>
        align(job, control, {
          process,
          network,
          reference,
          ...(prompts === null ? {} : { images: { judge, prompts } }),
        }),
      );
    },
    measure: async (job, { signal } = {}) => {
      const { make, process, judge, heldOut, prompts } = await open(job.problem, signal);
      const held = job.heldOut && heldOut(job.heldOut);
      const made = [make(job.parameters), ...(job.reference ? [make(job.reference)] : [])] as const;
      return withNetworks(made, ([network, reference = null]) =>
        measurePolicy({ process, network, reference, judge, heldOut: held, prompts }, job, signal),
      );
    },
    dispose: () => {
      glyphs?.dispose();
      dispose?.();
    },
  });
}

/** The models, which tell what they run on once that is known. */
function tellingHome(models: GlyphModels, learn: (info: TrainingEngineInfo) => void): GlyphModels {
  return {
    load: async (weights, control) => {
      const model = await models.load(weights, control);
      if (model.home) learn(model.home.info);
      return model;
    },
    dispose: () => models.dispose(),
  };
}

/** Lets go of the networks, whatever happens. */
async function withNetworks<const N extends readonly PolicyNetwork[], R>(
  networks: N,
  use: (networks: N) => Promise<R>,
): Promise<R> {
  try {
    return await use(networks);
  } finally {
    for (const network of networks) network.dispose();
  }
}

/** Iterations up to the last of the plan; checkpoints at the start, every `every` iterations and at the end. */
async function align(
  job: AlignJob,
  { signal, onIteration, onCheckpoint }: AlignControl,
  networks: Pick<AlignerOptions, "process" | "network" | "reference" | "images">,
): Promise<TrainingCheckpoint> {
  const { problem, algorithm, training, from, every } = job;
  const aligner = await createAligner({ problem, algorithm, training, from, ...networks });
  let checkpoint = await aligner.checkpoint();
  if (from === null) onCheckpoint?.(checkpoint);
  while (checkpoint.iteration < training.iterations) {
    const report = await aligner.iterate(signal);
    onIteration?.(report);
    checkpoint = await aligner.checkpoint();
    if (checkpoint.iteration % every === 0 || checkpoint.iteration >= training.iterations)
      onCheckpoint?.(checkpoint);
  }
  return checkpoint;
}
