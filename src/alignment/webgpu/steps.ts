/** A sampler's steps on the device: network and step take turns in one submission, the states stay where they are. */
import type { Process } from "../../diffusion/process.ts";
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";
import { STEP_STREAM } from "../../math/philox.ts";
import { outputToX0 } from "../preconditioning.ts";
import type { StepRun, StepStates } from "../step-sampler.ts";
import { type DeviceLevels, deviceLevels, fromPairs, toPairs } from "./levels.ts";
import type { PolicyPasses } from "./passes.ts";

export interface StepsHome {
  readonly kernels: KernelCache;
  readonly software: boolean;
  readonly process: Process;
  readonly passes: PolicyPasses;
  readonly rest: () => Promise<void>;
}

/** Multiply-adds of one submission: some ten milliseconds on a GPU, some hundred on a software adapter. */
const SUBMISSION = { software: 1e8, hardware: 4e9 };
/** A state is two f32. */
const PAIR = 8;

/** The states after the last step, and each step if they are kept. */
export async function runStepsOnDevice(
  home: StepsHome,
  run: StepRun,
): Promise<{ end: Float64Array; kept: readonly StepStates[] }> {
  const { dim } = home.passes.layout.shape;
  const particles = run.x.length / dim;
  const ends = new Float64Array(run.x.length);
  const groups: (readonly StepStates[])[] = [];
  for (let first = 0; first < particles; first += home.passes.rows) {
    const x = run.x.subarray(first * dim, Math.min(particles, first + home.passes.rows) * dim);
    const { end, kept } = await runGroup(home, { ...run, x, first: run.first + first });
    ends.set(end, first * dim);
    groups.push(kept);
  }
  return { end: ends, kept: groups.length === 1 ? (groups[0] ?? []) : joinGroups(groups, run.x.length) };
}

/** Steps of neighbouring groups of particles as steps of all. */
function joinGroups(groups: readonly (readonly StepStates[])[], length: number): readonly StepStates[] {
  const joined = (k: number, name: keyof StepStates): Float64Array => {
    const all = new Float64Array(length);
    let at = 0;
    for (const steps of groups) {
      const part = steps[k]?.[name] ?? new Float64Array(0);
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return (groups[0] ?? []).map((_, k) => ({
    x: joined(k, "x"),
    x0Hat: joined(k, "x0Hat"),
    next: joined(k, "next"),
  }));
}

/** All steps of as many particles as a pass may have. */
async function runGroup(
  home: StepsHome,
  run: StepRun,
): Promise<{ end: Float64Array; kept: readonly StepStates[] }> {
  const { passes, process, kernels } = home;
  const { dim, prediction } = passes.layout.shape;
  const levels = deviceLevels(
    process,
    prediction,
    Float64Array.from(run.steps, ({ t }) => t),
  );
  const particles = run.x.length / dim;
  const block = Math.floor(
    SUBMISSION[home.software ? "software" : "hardware"] / (particles * passes.layout.count),
  );
  const slots = Math.max(1, Math.min(block, run.steps.length));
  const scope = new BufferScope(kernels.device);
  try {
    const buffers = {
      states: scope.storage("policy.states", (slots + 1) * particles * PAIR),
      outputs: scope.storage("policy.stepOutputs", slots * particles * PAIR),
      levels: scope.upload("policy.stepLevels", levels.table),
    };
    const kept: StepStates[] = [];
    let x = run.x;
    for (let first = 0; first < run.steps.length; first += slots) {
      await home.rest();
      run.signal?.throwIfAborted();
      const count = Math.min(slots, run.steps.length - first);
      kernels.device.queue.writeBuffer(buffers.states, 0, toPairs(x, dim));
      submitBlock(home, run, { buffers, levels, particles, first, count });
      const states = await readBlock(home, buffers, { particles, count, keep: run.keep });
      kept.push(...keptSteps(states, levels, first, dim));
      x = states.end;
    }
    return { end: x, kept };
  } finally {
    scope.dispose();
  }
}

interface StepBuffers {
  readonly states: GPUBuffer;
  readonly outputs: GPUBuffer;
  readonly levels: GPUBuffer;
}

/** Steps first .. first + count - 1; slot i of the states is where step i of the block starts. */
function submitBlock(
  { passes }: StepsHome,
  { steps, seed, first: firstParticle }: StepRun,
  block: {
    readonly buffers: StepBuffers;
    readonly levels: DeviceLevels;
    readonly particles: number;
    readonly first: number;
    readonly count: number;
  },
): void {
  const { buffers, levels, particles, first, count } = block;
  const { dim } = passes.layout.shape;
  const { states, outputs } = buffers;
  passes.submit((recording) => {
    steps.slice(first, first + count).forEach(({ cx, c0, cz }, i) => {
      const k = first + i;
      const [skip, out] = [levels.skip[k] as number, levels.out[k] as number];
      const [from, to] = [i * particles, (i + 1) * particles];
      passes.forward(recording, {
        ...{ rows: particles, x: states, first: from, outputs, result: from, traces: null },
        ...{ levels: buffers.levels, level: levels.levelOf[k] as number },
      });
      passes.step(recording, states, outputs, {
        ...{ particles, from_state: from, to_state: to, output: from },
        ...{ fx: cx + c0 * skip, fo: c0 * out, cz },
        ...{ seed, stream: STEP_STREAM, first: firstParticle, number: k * dim },
      });
    });
  });
}

interface BlockStates {
  readonly end: Float64Array;
  /** States [count + 1] and outputs [count] of a kept block, rows [n, d]; empty otherwise. */
  readonly states: readonly Float64Array[];
  readonly outputs: readonly Float64Array[];
}

async function readBlock(
  { kernels, passes }: StepsHome,
  { states, outputs }: StepBuffers,
  block: { readonly particles: number; readonly count: number; readonly keep: boolean },
): Promise<BlockStates> {
  const { particles, count, keep } = block;
  const { dim } = passes.layout.shape;
  const bytes = particles * PAIR;
  const wanted = [
    { buffer: states, bytes: (count + 1) * bytes },
    ...(keep ? [{ buffer: outputs, bytes: count * bytes }] : []),
  ];
  const [before, made] = await readBuffers(kernels.device, wanted);
  const rows = (data: ArrayBuffer, slot: number): Float64Array =>
    fromPairs(new Float32Array(data, slot * bytes, 2 * particles), dim);
  if (!before) throw new Error("network: internal: states expected");
  const slots = Array.from({ length: count }, (_, slot) => slot);
  return {
    end: rows(before, count),
    states: made ? [...slots, count].map((slot) => rows(before, slot)) : [],
    outputs: made ? slots.map((slot) => rows(made, slot)) : [],
  };
}

function keptSteps(
  { states, outputs }: BlockStates,
  levels: DeviceLevels,
  first: number,
  dim: number,
): StepStates[] {
  return outputs.map((output, i) => {
    const [x, next] = [states[i], states[i + 1]];
    if (!x || !next) throw new Error("network: internal: states before and after a step expected");
    const count = x.length / dim;
    const line = (values: Float64Array) => new Float64Array(count).fill(values[first + i] as number);
    const lines = { count, skip: line(levels.skip), out: line(levels.out) };
    return { x, next, x0Hat: outputToX0(lines, x, output) };
  });
}
