/** What the samplers of whole trajectories have in common. */
import type { BufferScope } from "../../gpu/buffers.ts";
import type { KernelCache } from "../../gpu/kernels.ts";

/** Everything a piece of work needs of the device. */
export interface Workspace {
  readonly kernels: KernelCache;
  readonly software: boolean;
  readonly scope: BufferScope;
}

/** Which particles a dispatch advances, and where their kept frames go. */
export interface ChainSlice {
  /** Number of the first particle; a multiple of 4. */
  readonly first: number;
  readonly count: number;
  /** Particle number of row 0 of `positions`. */
  readonly base: number;
  /** Particles per frame of `positions`. */
  readonly rows: number;
  readonly seed: number;
  /** [frames, rows, d] f32. */
  readonly positions: GPUBuffer;
}

/** A sampler program on the device: tables uploaded, pipeline made. */
export interface Chain {
  /** Rough cost of one particle, ns of one core of a software adapter. */
  readonly cost: number;
  /** Encodes the trajectories of a slice. */
  encode(pass: GPUComputePassEncoder, slice: ChainSlice): void;
}

/** Frames to keep: step indices 0 .. N ascending. */
export interface Frames {
  readonly keepPrior: boolean;
  /** Steps after which to keep the positions, in 1 .. N, ascending, each once. */
  readonly stops: readonly number[];
}

/** Invocations of a workgroup of the one-dimensional kernels. */
export const WORKGROUP_SIZE = 64;

/** A dispatch carries four particles per invocation, so slices come in whole workgroups of this many. */
export const SLICE_PARTICLES = 4 * WORKGROUP_SIZE;

export function workgroups(count: number, perGroup: number): number {
  return Math.ceil(count / perGroup);
}
