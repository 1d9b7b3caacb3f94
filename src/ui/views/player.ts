/** The clock of the views: which frame is shown and whether it runs. Starts still; nothing moves until the user plays. */
import { useCallback, useEffect, useReducer } from "react";

export interface PlayerState {
  /** Frame index, 0 .. frames - 1. */
  readonly frame: number;
  readonly playing: boolean;
  readonly loop: boolean;
  /** Frames per second are `speed` times what takes about five seconds for all. */
  readonly speed: number;
  readonly frames: number;
}

export type PlayerAction =
  | { readonly do: "seek"; readonly frame: number }
  | { readonly do: "step"; readonly by: number }
  | { readonly do: "end" }
  | { readonly do: "toggle" }
  | { readonly do: "pause" }
  | { readonly do: "tick" }
  | { readonly do: "loop"; readonly on: boolean }
  | { readonly do: "speed"; readonly speed: number }
  | { readonly do: "load"; readonly frames: number };

/** A still player on the last frame. */
export function stillPlayer(frames: number): PlayerState {
  return { frame: Math.max(0, frames - 1), playing: false, loop: false, speed: 1, frames };
}

/** What an action makes of the state. Play at the end starts over; a new recording keeps the share of the way. */
export function playerReducer(state: PlayerState, action: PlayerAction): PlayerState {
  const last = Math.max(0, state.frames - 1);
  const seek = (frame: number) => Math.max(0, Math.min(last, Math.round(frame)));
  switch (action.do) {
    case "seek":
      return { ...state, frame: seek(action.frame), playing: false };
    case "step":
      return { ...state, frame: seek(state.frame + action.by), playing: false };
    case "end":
      return { ...state, frame: last, playing: false };
    case "toggle":
      if (state.playing) return { ...state, playing: false };
      return { ...state, playing: last > 0, frame: state.frame >= last ? 0 : state.frame };
    case "pause":
      return { ...state, playing: false };
    case "tick":
      if (!state.playing) return state;
      if (state.frame < last) return { ...state, frame: state.frame + 1 };
      return state.loop ? { ...state, frame: 0 } : { ...state, playing: false };
    case "loop":
      return { ...state, loop: action.on };
    case "speed":
      return { ...state, speed: action.speed };
    case "load": {
      if (action.frames === state.frames) return state;
      const share = last === 0 ? 1 : state.frame / last;
      return { ...state, frames: action.frames, frame: Math.round(share * Math.max(0, action.frames - 1)) };
    }
  }
}

/** Frames per second: a whole run takes about five seconds at speed 1, never faster than 30 or slower than 2 frames. */
export function frameRate({ frames, speed }: PlayerState): number {
  return speed * Math.max(2, Math.min(30, frames / 5));
}

/**
 * The player of a recording with so many frames. Pauses while the page is hidden. A new `subject` (null for none in
 * particular) is shown from its end, as the first one was.
 */
export function usePlayer(
  frames: number,
  subject: string | null = null,
): readonly [PlayerState, (action: PlayerAction) => void] {
  const [state, dispatch] = useReducer(playerReducer, frames, stillPlayer);
  useEffect(() => dispatch({ do: "load", frames }), [frames]);
  useEffect(() => {
    if (subject !== null) dispatch({ do: "end" });
  }, [subject]);
  const wait = 1000 / frameRate(state);
  useEffect(() => {
    if (!state.playing) return;
    const timer = setInterval(() => {
      if (!document.hidden) dispatch({ do: "tick" });
    }, wait);
    return () => clearInterval(timer);
  }, [state.playing, wait]);
  return [state, useCallback((action: PlayerAction) => dispatch(action), [])];
}

/** Keys of the focused plot: space plays, arrows step, Home and End jump. Null for keys that mean nothing here. */
export function playerKey(key: string, frames: number): PlayerAction | null {
  switch (key) {
    case " ":
      return { do: "toggle" };
    case "ArrowLeft":
      return { do: "step", by: -1 };
    case "ArrowRight":
      return { do: "step", by: 1 };
    case "Home":
      return { do: "seek", frame: 0 };
    case "End":
      return { do: "seek", frame: frames - 1 };
    default:
      return null;
  }
}
