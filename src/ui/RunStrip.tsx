/** Status of the run, its progress, and the buttons that start and stop it. Its height never changes. */
import type { LabData } from "../lab/state.ts";
import { EnginePanel } from "./EnginePanel.tsx";
import { Icon } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { runAnnouncement, runText } from "./run-words.ts";
import { useThrottled } from "./use-throttled.ts";

/** The strip. */
export function RunStrip() {
  const store = useLabStore();
  const run = useLab((state) => state.run);
  const refusal = useLab(refusalOf);
  const live = useLab((state) => state.live);
  const busy = run.phase === "running" || run.phase === "preparing";
  const done = run.phase === "running" ? run.done : run.phase === "done" ? 1 : 0;
  return (
    <div className="run-strip" role="region" aria-label="Run">
      {busy ? (
        <button type="button" className="button run-button" onClick={() => store.getState().cancel()}>
          <Icon name="stop" /> Cancel
        </button>
      ) : (
        <button type="button" className="button run-button primary" onClick={() => store.getState().start()}>
          <Icon name="run" /> {run.phase === "done" ? "Run again" : "Run"}
        </button>
      )}
      <div className="run-status">
        <p
          className={run.phase === "failed" ? "run-text run-failed" : "run-text"}
          title={runText(run, refusal)}
        >
          {runText(run, refusal)}
        </p>
        <progress
          className={busy ? "run-progress" : "run-progress run-still"}
          max={1}
          value={run.phase === "preparing" ? 0 : done}
          aria-label="Progress of the run"
        />
        <Announcer />
      </div>
      <label className="live-switch" title="Measure again after every change">
        <input
          type="checkbox"
          checked={live}
          onChange={(event) => store.getState().set({ live: event.target.checked })}
        />
        Live
      </label>
      <EnginePanel />
    </div>
  );
}

function refusalOf(state: LabData): string | null {
  return state.charts[state.study]?.refusal ?? null;
}

function Announcer() {
  const text = useLab((state) => runAnnouncement(state.run, refusalOf(state)));
  return (
    <p className="visually-hidden" role="status">
      {useThrottled(text, 2000)}
    </p>
  );
}
