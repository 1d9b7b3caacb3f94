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

/** What the pointer took hold of: the step that it pressed, and the window where that was pressed. */
export interface WindowGrip {
  readonly from: number;
  /** Null where a new window is drawn from `from`. */
  readonly held: WindowPlace | null;
}

/** What a press on a step takes hold of. A window that fills the first `room` steps cannot move, so it is drawn anew. */
export function windowGripped({ start, size }: WindowPlace, from: number, room: number): WindowGrip {
  const inside = from >= start && from < start + size && size < room;
  return { from, held: inside ? { start, size } : null };
}

/** The window after the pointer was pulled to a step: the one held moves along, else a new one reaches there. */
export function windowPulled({ from, held }: WindowGrip, to: number, room: number): WindowPlace {
  return held === null ? windowDragged(from, to, room) : windowMoved(held, to - from, room);
}

/** The window some steps earlier (below 0) or later, as far as there is room; infinitely many move it to an end. */
export function windowMoved({ start, size }: WindowPlace, by: number, room: number): WindowPlace {
  return windowWithin({ start: Math.max(0, Math.min(room - size, start + by)), size }, room);
}

/** The window one step shorter (-1) or longer (1), as far as there is room. */
export function windowResized({ start, size }: WindowPlace, by: number, room: number): WindowPlace {
  return windowWithin({ start, size: Math.max(1, size + by) }, room);
}
