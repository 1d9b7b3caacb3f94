/** What a pass through the policy network is told: where its rows lie, and what it records its dispatches in. */
import type { BufferScope } from "../../gpu/buffers.ts";
import type { PieceTraces } from "./piece.ts";

/** Where a pass reads states and their times, and writes outputs: row r is state first + r and output result + r. */
export interface RowPlaces {
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly first: number;
  readonly levels: GPUBuffer;
  /** One time for all rows, or the buffer [rows] of each one's. */
  readonly level: number | GPUBuffer;
  readonly outputs: GPUBuffer;
  readonly result: number;
  readonly traces: PieceTraces | null;
}

/** A step of all particles: state `to` + p from state `from` + p and output `output` + p. */
export interface StepNumbers {
  readonly particles: number;
  readonly from_state: number;
  readonly to_state: number;
  readonly output: number;
  readonly fx: number;
  readonly fo: number;
  readonly cz: number;
  /** Of the noise: number of the first particle, and of its first normal. */
  readonly first: number;
  readonly number: number;
  readonly seed: number;
  readonly stream: number;
}

/** Dispatches of one submission, with the parameters that live until then. */
export interface Recording {
  readonly pass: GPUComputePassEncoder;
  readonly scope: BufferScope;
}
