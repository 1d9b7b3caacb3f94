/** Which prompt each trajectory follows, and what its rows ask of the network. Points have no prompts. */
import type { StepCoefficients } from "../diffusion/program.ts";
import { jumpTarget } from "../network/sampler.ts";
import type { RowContext } from "./policy-network.ts";

/** Prompts in turn: particle p has prompt floor(p / unit) + first, modulo count. */
export interface PromptOrder {
  readonly count: number;
  /** Consecutive particles of one prompt. */
  readonly unit: number;
  /** Of the first unit: moves on from iteration to iteration where a batch has fewer units than there are prompts. */
  readonly first: number;
}

/** The order for units that are compared with each other; null for a network without prompts. */
export function promptOrder(
  { prompts, training }: { readonly prompts: number | null; readonly training: { readonly batch: number } },
  unit: number,
  iteration: number,
): PromptOrder | null {
  if (prompts === null) return null;
  return { count: prompts, unit, first: (iteration * Math.floor(training.batch / unit)) % prompts };
}

/** Prompt numbers [n] of particles from `first` on. */
export function promptsOf(order: PromptOrder, first: number, n: number): Int32Array {
  return Int32Array.from(
    { length: n },
    (_, i) => (Math.floor((first + i) / order.unit) + order.first) % order.count,
  );
}

/** What n rows of one step ask; undefined without prompts. */
export function stepContext(prompt: Int32Array | null, step: StepCoefficients): RowContext | undefined {
  return prompt ? { prompt, jump: new Float64Array(prompt.length).fill(jumpTarget(step)) } : undefined;
}
