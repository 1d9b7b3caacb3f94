/** The newest transitions of past rollouts, as flat rows that a checkpoint can keep. Never changed in place. */
import type { Rollout } from "./rollout.ts";

export interface Replay {
  readonly count: number;
  /** [n, d] */
  readonly x: Float64Array;
  readonly next: Float64Array;
  /** [n, d] x0Hat of the reference; empty without one. */
  readonly reference: Float64Array;
  /** [n] step number, log-probability when drawn, final reward, iteration it was drawn in. */
  readonly step: Float64Array;
  readonly logProb: Float64Array;
  readonly reward: Float64Array;
  readonly drawn: Float64Array;
  /** [n] number of the row's prompt; empty without prompts. */
  readonly prompt: Float64Array;
}

const ROWS = ["x", "next", "reference", "step", "logProb", "reward", "drawn", "prompt"] as const;

/** The replay of a checkpoint's memory; empty where it has none. */
export function replayFrom(memory: Readonly<Record<string, Float64Array>>): Replay {
  const rows = Object.fromEntries(
    ROWS.map((name) => [name, memory[`replay.${name}`] ?? new Float64Array(0)]),
  ) as Record<(typeof ROWS)[number], Float64Array>;
  return { ...rows, count: rows.step.length };
}

/** Rows by name, for a checkpoint. */
export function replayMemory(replay: Replay): Record<string, Float64Array> {
  return Object.fromEntries(ROWS.map((name) => [`replay.${name}`, replay[name]]));
}

/** The replay with a rollout's transitions at its end, cut to the newest `limit`. */
export function extendReplay(
  replay: Replay,
  { kept, dim, particles, prompts }: Rollout,
  rewards: Float64Array,
  iteration: number,
  limit: number,
): Replay {
  const flat = (row: (slot: number) => ArrayLike<number>): Float64Array =>
    Float64Array.from(kept.flatMap((_, slot) => Array.from(row(slot))));
  const join = (old: Float64Array, fresh: Float64Array, width: number): Float64Array => {
    const all = new Float64Array(old.length + fresh.length);
    all.set(old);
    all.set(fresh, old.length);
    return all.length > limit * width ? all.slice(all.length - limit * width) : all;
  };
  const constant = (value: number): Float64Array => new Float64Array(particles).fill(value);
  const step = join(
    replay.step,
    flat((slot) => constant(kept[slot]?.k ?? 0)),
    1,
  );
  return {
    count: step.length,
    x: join(
      replay.x,
      flat((slot) => kept[slot]?.x ?? []),
      dim,
    ),
    next: join(
      replay.next,
      flat((slot) => kept[slot]?.next ?? []),
      dim,
    ),
    reference: join(
      replay.reference,
      flat((slot) => kept[slot]?.reference ?? []),
      dim,
    ),
    step,
    logProb: join(
      replay.logProb,
      flat((slot) => kept[slot]?.logProb ?? []),
      1,
    ),
    reward: join(
      replay.reward,
      flat(() => rewards),
      1,
    ),
    drawn: join(
      replay.drawn,
      flat(() => constant(iteration)),
      1,
    ),
    prompt: join(
      replay.prompt,
      flat(() => prompts ?? []),
      1,
    ),
  };
}
