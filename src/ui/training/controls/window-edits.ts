/** Moves of MixGRPO's window that keep it within the steps that can be trained on. */
import type { WindowSpec } from "../../../spec/training/types.ts";
import { windowBetween } from "../../controls/schedule-weights.ts";

/** First step, counted from 0, and number of steps. */
export type WindowPlace = Pick<WindowSpec, "start" | "size">;

/** The window pushed back inside the first `room` >= 1 steps, and cut where it is longer. */
export function windowWithin({ start, size }: WindowPlace, room: number): WindowPlace {
  const inside = Math.min(start, room - 1);
  return { start: inside, size: Math.min(size, room - inside) };
}

/** The window dragged from one step to another, either of which may lie beyond the first `room` >= 1 steps. */
export function windowDragged(from: number, to: number, room: number): WindowPlace {
  return windowBetween(Math.min(from, room - 1), Math.min(to, room - 1));
}

/** The window one step earlier (-1) or later (1), as far as there is room. */
export function windowMoved({ start, size }: WindowPlace, by: number, room: number): WindowPlace {
  return windowWithin({ start: Math.max(0, Math.min(room - size, start + by)), size }, room);
}

/** The window one step shorter (-1) or longer (1), as far as there is room. */
export function windowResized({ start, size }: WindowPlace, by: number, room: number): WindowPlace {
  return windowWithin({ start, size: Math.max(1, size + by) }, room);
}
