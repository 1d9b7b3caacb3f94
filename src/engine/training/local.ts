/** The training engine of this thread: policies by a network factory, everything else in f64. */
import { createAligner } from "../../alignment/aligner.ts";
import { cpuNetworks } from "../../alignment/cpu/network.ts";
import { initialParameters } from "../../alignment/network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../../alignment/policy-network.ts";
import { predictionRefusal } from "../../alignment/preconditioning.ts";
import { pretrain } from "../../alignment/pretrain.ts";
import { scoreErrors } from "../../alignment/score-error.ts";
import type { Process } from "../../diffusion/process.ts";
import { createProcess } from "../../diffusion/processes/index.ts";
import type {
  AlignControl,
  AlignJob,
  TrainingCheckpoint,
  TrainingEngine,
  TrainingEngineInfo,
  TrainingProblem,
} from "../training-engine.ts";
import { measurePolicy } from "./measure.ts";
import { createPace, type Rest } from "./pace.ts";

/** What an engine's networks run on. */
export interface TrainingParts {
  readonly info: TrainingEngineInfo;
  /** Networks over a process that await `rest` between pieces of their work. */
  readonly networks: (process: Process, rest: Rest) => NetworkFactory;
}

/** The f64 reference networks: slow, for tests and for small models. */
export const REFERENCE_PARTS: TrainingParts = {
  info: { adapter: "CPU, reference", kind: "cpu", precision: "f64" },
  networks: cpuNetworks,
};

/** An engine over these parts; its work runs in the thread that calls it, with breaks for other tasks. */
export function createTrainingEngine({ info, networks }: TrainingParts): Promise<TrainingEngine> {
  const open = (problem: TrainingProblem, signal: AbortSignal | undefined): Opened => {
    const process = createProcess(problem.process);
    const { width, depth, prediction } = problem.network;
    const shape = { dim: problem.law.dim, width, depth, prediction };
    const refusal = predictionRefusal(prediction, process);
    if (refusal !== null) throw new RangeError(refusal);
    const make = networks(process, createPace(signal));
    return { process, shape, make: (parameters) => make(shape, parameters) };
  };
  return Promise.resolve({
    info,
    pretrain: async (problem, { signal, from = null, onProgress, onCheckpoint } = {}) => {
      const { process, shape, make } = open(problem, signal);
      const { pretrainSteps: steps, seed } = problem.network;
      return withNetworks([make(initialParameters(shape, seed))], async ([network]) => {
        const plan = { law: problem.law, process, network, steps, seed, from };
        const parameters = await pretrain(plan, {
          ...(signal ? { signal } : {}),
          ...(onProgress ? { onReport: onProgress } : {}),
          ...(onCheckpoint ? { onCheckpoint } : {}),
        });
        return { parameters, steps };
      });
    },
    scoreError: async (problem, parameters, { signal } = {}) => {
      const { process, make } = open(problem, signal);
      return withNetworks([make(parameters)], ([network]) =>
        scoreErrors(network, problem.law, process, signal),
      );
    },
    align: async (job, control = {}) => {
      const { process, make } = open(job.problem, control.signal);
      return withNetworks([make(job.reference), make(job.reference)], ([network, reference]) =>
        align(job, control, { process, network, reference }),
      );
    },
    measure: async (job, { signal } = {}) => {
      const { process, make } = open(job.problem, signal);
      const made = [make(job.parameters), ...(job.reference ? [make(job.reference)] : [])] as const;
      return withNetworks(made, ([network, reference = null]) =>
        measurePolicy({ process, network, reference }, job, signal),
      );
    },
    dispose: () => undefined,
  });
}

interface Opened {
  readonly process: Process;
  readonly shape: NetworkShape;
  readonly make: (parameters: Float64Array) => PolicyNetwork;
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
  networks: {
    readonly process: Process;
    readonly network: PolicyNetwork;
    readonly reference: PolicyNetwork;
  },
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
