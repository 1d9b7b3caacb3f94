/** Status of a run, its progress, and the buttons that start and stop it. Its height never changes. */
import type { ReactNode } from "react";
import type { RunState } from "../lab/state.ts";
import { Icon } from "./Icon.tsx";

export interface RunBarProps {
  readonly phase: RunState["phase"];
  readonly text: string;
  /** Share done, 0 .. 1. */
  readonly done: number;
  /** Why no run can be started now; null or missing where one can. */
  readonly blocked?: string | null;
  readonly live: boolean;
  readonly liveTitle: string;
  readonly onStart: () => void;
  readonly onCancel: () => void;
  readonly onLive: (live: boolean) => void;
  /** The text for screen readers. */
  readonly announcer: ReactNode;
  /** What tells about the engine. */
  readonly engine: ReactNode;
}

/** The strip under the header. */
export function RunBar(props: RunBarProps) {
  const { phase, text, done, live, liveTitle, onStart, onCancel, onLive, announcer, engine } = props;
  const { blocked = null } = props;
  const busy = phase === "running" || phase === "preparing";
  return (
    <div className="run-strip" role="region" aria-label="Run">
      {busy ? (
        <button type="button" className="button run-button" onClick={onCancel}>
          <Icon name="stop" /> Cancel
        </button>
      ) : (
        <button
          type="button"
          className="button run-button primary"
          disabled={blocked !== null}
          title={blocked ?? undefined}
          onClick={onStart}
        >
          <Icon name="run" /> {phase === "done" ? "Run again" : "Run"}
        </button>
      )}
      <div className="run-status">
        <p className={phase === "failed" ? "run-text run-failed" : "run-text"} title={text}>
          {text}
        </p>
        <progress
          className={busy ? "run-progress" : "run-progress run-still"}
          max={1}
          value={done}
          aria-label="Progress of the run"
        />
        {announcer}
      </div>
      <label className="live-switch" title={liveTitle}>
        <input type="checkbox" checked={live} onChange={(event) => onLive(event.target.checked)} />
        Live
      </label>
      {engine}
    </div>
  );
}
