/**
 * Where MixGRPO's window of stochastic steps lies in an iteration [Li25, algorithm 1 and the published scheduler]. With
 * l the first step of the window, w its size and L = n - w its last place among n trainable steps:
 *
 *     progressive  every `interval` iterations l moves by `stride`
 *     random       l uniform on 0 .. L, anew in each iteration
 *     decay        like progressive, the interval falling linearly with l / L from `interval` to 1
 *     exp-decay    like progressive, interval ceil(interval exp(-0.1 max(0, l - l0))), l0 = 13/25 of n
 *     frozen       l stays
 *
 * The window always has its full size: it stays within the n steps, where the published code lets it shrink until it is empty.
 * After the last place it goes back to its start (`end` "wrap") or stays ("clip").
 */
import type { WindowSpec } from "../spec/training/types.ts";
import { iterationRandom } from "./iteration-random.ts";

/** Published: 13 of 25 steps. */
const LATE = 13 / 25;
const LATE_RATE = 0.1;

/** Stochastic steps [start, end) of an iteration (from 0), within the `steps` trainable ones (at least 1). */
export function windowAt(
  spec: WindowSpec,
  iteration: number,
  steps: number,
  seed: number,
): readonly [number, number] {
  const size = Math.min(Math.max(1, spec.size), steps);
  const last = steps - size;
  const start = firstStep(spec, iteration, steps, last, seed);
  return [start, start + size];
}

function firstStep(spec: WindowSpec, iteration: number, steps: number, last: number, seed: number): number {
  const home = Math.min(Math.max(0, spec.start), last);
  if (spec.strategy === "frozen") return home;
  if (spec.strategy === "random") return iterationRandom(seed, iteration, "window").integer(last + 1);
  const places = placesFrom(home, last, spec.stride);
  const stays = places.map((place) => interval(spec, place, steps, last));
  const round = stays.reduce((sum, stay) => sum + stay, 0);
  let left = spec.end === "wrap" ? iteration % round : iteration;
  const at = stays.findIndex((stay) => (left -= stay) < 0);
  return places.at(at) ?? last;
}

/** Places of one round: from home in strides up to the last, which is always visited; home alone without a stride. */
function placesFrom(home: number, last: number, stride: number): readonly number[] {
  const shifts = stride > 0 ? Math.ceil((last - home) / stride) : 0;
  return Array.from({ length: shifts + 1 }, (_, i) => Math.min(home + i * stride, last));
}

/** Iterations the window stays at a place, at least 1. */
function interval(spec: WindowSpec, place: number, steps: number, last: number): number {
  const share = last > 0 ? place / last : 1;
  const stay = {
    progressive: spec.interval,
    decay: Math.floor(spec.interval * (1 - share) + share),
    "exp-decay": Math.ceil(spec.interval * Math.exp(-LATE_RATE * Math.max(0, place - LATE * steps))),
  }[spec.strategy as "progressive" | "decay" | "exp-decay"];
  return Math.max(1, stay);
}
