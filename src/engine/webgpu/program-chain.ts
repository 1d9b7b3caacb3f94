/** Picks the kernel for a sampler program and runs it in slices. */
import type { SamplerProgram } from "../../diffusion/program.ts";
import type { WorkQueue } from "../../gpu/work-queue.ts";
import { SLICE_PARTICLES, type Chain, type ChainSlice, type Frames, type Workspace } from "./chain.ts";
import { createLinearChain } from "./linear-chain.ts";
import { createLinearChainDense } from "./linear-chain-dense.ts";
import { createMixtureChain } from "./mixture-chain.ts";
import { fitsChain, linearTable, mixtureTable } from "./mixture-table.ts";
import { createRotation } from "./rotate.ts";

/** A program ready to run on the device. */
export interface ProgramChain {
  /** Rough cost of one particle, ns of one core of a software adapter. */
  readonly cost: number;
  /** Runs particles first .. first + count - 1 into `positions` [frames, count, d]. */
  run(queue: WorkQueue, rows: ChainRows): Promise<void>;
}

export interface ChainRows {
  readonly first: number;
  readonly count: number;
  readonly seed: number;
  readonly positions: GPUBuffer;
}

/** capacity: most particles of one run, for the scratch space of rotated chains. */
export async function createProgramChain(
  space: Workspace,
  program: SamplerProgram,
  frames: Frames,
  capacity: number,
): Promise<ProgramChain> {
  if (program.kind === "mixture")
    return plainChain(await createMixtureChain(space, mixtureTable(program), frames));
  if (fitsChain(program)) return plainChain(await createMixtureChain(space, linearTable(program), frames));
  const chain = program.diagonal
    ? await createLinearChain(space, program, frames)
    : await createLinearChainDense(space, program, frames);
  if (!program.basis) return plainChain(chain);
  return rotatedChain(space, chain, program.basis, program.dim, frameCount(frames), capacity);
}

export function frameCount({ keepPrior, stops }: Frames): number {
  return stops.length + (keepPrior ? 1 : 0);
}

function plainChain(chain: Chain): ProgramChain {
  return {
    cost: chain.cost,
    run: (queue, { first, count, seed, positions }) =>
      runSlices(queue, chain, { first, count, base: first, rows: count, seed, positions }),
  };
}

/** States go to a scratch buffer and are turned into positions once all slices are done. */
async function rotatedChain(
  space: Workspace,
  chain: Chain,
  basis: Float64Array,
  dim: number,
  frames: number,
  capacity: number,
): Promise<ProgramChain> {
  const rotation = await createRotation(space, basis, dim);
  const states = space.scope.storage("rotate.states", 4 * frames * capacity * dim);
  const rotationCost = frames * dim * dim * 4;
  return {
    cost: chain.cost + rotationCost,
    async run(queue, { first, count, seed, positions }) {
      await runSlices(queue, chain, { first, count, base: first, rows: count, seed, positions: states });
      await queue.add(count * rotationCost, (pass) => rotation(pass, states, positions, frames * count));
    },
  };
}

/** Slices as large as the queue's time budget allows, in whole workgroups. */
async function runSlices(queue: WorkQueue, chain: Chain, all: ChainSlice): Promise<void> {
  const end = all.first + all.count;
  for (let first = all.first; first < end;) {
    const fitting = Math.floor(queue.room / chain.cost / SLICE_PARTICLES) * SLICE_PARTICLES;
    const count = Math.min(end - first, Math.max(SLICE_PARTICLES, fitting));
    await queue.add(count * chain.cost, (pass) => chain.encode(pass, { ...all, first, count }));
    first += count;
  }
}
