import { useState } from "react";
import { formatNumber } from "../../charts/format.ts";
import type { PlayerAction, PlayerState } from "./player.ts";

/** A moment that was kept: after `step` steps, at time `t`. */
export interface PlayerFrame {
  readonly step: number;
  readonly t: number;
}

interface Props {
  readonly player: PlayerState;
  readonly frames: readonly PlayerFrame[];
  readonly steps: number;
  readonly act: (action: PlayerAction) => void;
}

/** One time control for all panels: buttons, slider, typed step, loop, speed, and the state in words. */
export function PlayerBar({ player, frames, steps, act }: Props) {
  const at = frames[player.frame];
  if (at === undefined) return null;
  const words = `step ${at.step} of ${steps}, t = ${formatNumber(at.t, 3)}`;
  return (
    <div className="views-player" role="group" aria-label="Time">
      <div className="views-buttons">
        <IconButton
          name="To the prior"
          path="M6 5v14M19 5l-9 7 9 7z"
          onClick={() => act({ do: "seek", frame: 0 })}
        />
        <IconButton name="Step back" path="M17 5l-9 7 9 7z" onClick={() => act({ do: "step", by: -1 })} />
        <IconButton
          name={player.playing ? "Pause" : "Play"}
          path={player.playing ? "M8 5v14M16 5v14" : "M8 5l11 7-11 7z"}
          large
          onClick={() => act({ do: "toggle" })}
        />
        <IconButton name="Step forward" path="M7 5l9 7-9 7z" onClick={() => act({ do: "step", by: 1 })} />
        <IconButton
          name="To the samples"
          path="M18 5v14M5 5l9 7-9 7z"
          onClick={() => act({ do: "seek", frame: frames.length - 1 })}
        />
        <button
          type="button"
          className="views-icon"
          aria-pressed={player.loop}
          aria-label="Loop"
          title="Loop"
          onClick={() => act({ do: "loop", on: !player.loop })}
        >
          <Icon path="M17 3l4 4-4 4M21 7H8a5 5 0 0 0-5 5M7 21l-4-4 4-4M3 17h13a5 5 0 0 0 5-5" open />
        </button>
      </div>
      <input
        className="views-scrubber"
        type="range"
        min={0}
        max={frames.length - 1}
        step={1}
        value={player.frame}
        aria-label="Time, from noise to data"
        aria-valuetext={words}
        onChange={(event) => act({ do: "seek", frame: Number(event.target.value) })}
      />
      <StepField key={at.step} step={at.step} frames={frames} act={act} />
      <select
        className="views-speed"
        aria-label="Playing speed"
        value={player.speed}
        onChange={(event) => act({ do: "speed", speed: Number(event.target.value) })}
      >
        <option value={0.25}>¼×</option>
        <option value={0.5}>½×</option>
        <option value={1}>1×</option>
        <option value={2}>2×</option>
      </select>
      <output className="views-status" role="status" aria-live={player.playing ? "off" : "polite"}>
        {words}
      </output>
    </div>
  );
}

/** The step as a number to type; goes to the nearest step that was kept. */
function StepField({
  step,
  frames,
  act,
}: {
  step: number;
  frames: readonly PlayerFrame[];
  act: Props["act"];
}) {
  const [text, setText] = useState(String(step));
  const commit = () => {
    const wanted = Number(text);
    if (text.trim() === "" || !Number.isFinite(wanted)) return setText(String(step));
    act({ do: "seek", frame: nearestFrame(frames, wanted) });
    setText(String(step));
  };
  return (
    <input
      className="views-step"
      type="text"
      inputMode="numeric"
      aria-label="Step number"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setText(String(step));
      }}
    />
  );
}

/** Index of the kept frame nearest to a step. */
export function nearestFrame(frames: readonly Pick<PlayerFrame, "step">[], step: number): number {
  return frames.reduce(
    (best, frame, i) => (Math.abs(frame.step - step) < Math.abs((frames[best]?.step ?? 0) - step) ? i : best),
    0,
  );
}

function IconButton(props: { name: string; path: string; large?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      className={props.large === true ? "views-icon views-icon-large" : "views-icon"}
      aria-label={props.name}
      title={props.name}
      onClick={props.onClick}
    >
      <Icon path={props.path} />
    </button>
  );
}

function Icon({ path, open = false }: { path: string; open?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path
        d={path}
        fill={open ? "none" : "currentColor"}
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
