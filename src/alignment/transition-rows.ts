/** Rows of an update, gathered from the kept steps of a rollout. */
import type { RowContext } from "./policy-network.ts";
import type { KeptStep } from "./rollout.ts";
import type { TransitionRows } from "./surrogate.ts";

/** One transition of a rollout. */
export interface TransitionIndex {
  /** Place in the list of kept steps, not the step's number. */
  readonly slot: number;
  readonly particle: number;
}

/** What an update adds to the transitions, by slot and particle. */
export interface RowValues {
  readonly advantage: (slot: number, particle: number) => number;
  /** Strength of the pull to the reference; null without one. */
  readonly anchor: ((slot: number, particle: number) => number) | null;
}

/** The chosen transitions, in the order given. */
export function gatherRows(
  kept: readonly KeptStep[],
  chosen: readonly TransitionIndex[],
  dim: number,
  { advantage, anchor }: RowValues,
): TransitionRows {
  const count = chosen.length;
  const at = ({ slot }: TransitionIndex): KeptStep => kept[slot] as KeptStep;
  // Plain loops, since there are ten thousands of rows: views and iterators of them would take longer than the step's own sums.
  const each = (value: (index: TransitionIndex) => number): Float64Array => {
    const out = new Float64Array(count);
    for (let i = 0; i < count; i++) out[i] = value(chosen[i] as TransitionIndex);
    return out;
  };
  const rows = (source: (step: KeptStep) => Float64Array): Float64Array => {
    const out = new Float64Array(count * dim);
    for (let i = 0; i < count; i++) {
      const index = chosen[i] as TransitionIndex;
      const row = source(at(index));
      for (let j = 0; j < dim; j++) out[i * dim + j] = row[index.particle * dim + j] as number;
    }
    return out;
  };
  return {
    dim,
    count,
    x: rows((step) => step.x),
    next: rows((step) => step.next),
    t: each((index) => at(index).step.t),
    cx: each((index) => at(index).step.cx),
    c0: each((index) => at(index).step.c0),
    cz: each((index) => at(index).step.cz),
    logProb: each((index) => at(index).logProb[index.particle] as number),
    advantage: each(({ slot, particle }) => advantage(slot, particle)),
    anchor: anchor && {
      x0Hat: rows((step) => step.reference ?? step.x),
      strength: each(({ slot, particle }) => anchor(slot, particle)),
    },
    asked: contextOf(kept, chosen),
  };
}

function contextOf(kept: readonly KeptStep[], chosen: readonly TransitionIndex[]): RowContext | undefined {
  if (!kept[0]?.asked) return undefined;
  const of = ({ slot }: TransitionIndex): RowContext | undefined => kept[slot]?.asked;
  return {
    prompt: Int32Array.from(chosen, (index) => of(index)?.prompt[index.particle] ?? 0),
    jump: Float64Array.from(chosen, (index) => of(index)?.jump[index.particle] ?? 0),
  };
}
