/** The run of the open study: status, progress, start and stop, and the engine. */
import type { LabData } from "../lab/state.ts";
import { EnginePanel } from "./EnginePanel.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { RunBar } from "./RunBar.tsx";
import { runAnnouncement, runText } from "./run-words.ts";
import { useThrottled } from "./use-throttled.ts";

/** The strip. */
export function RunStrip() {
  const store = useLabStore();
  const run = useLab((state) => state.run);
  const refusal = useLab(refusalOf);
  const live = useLab((state) => state.live);
  const done = run.phase === "running" ? run.done : run.phase === "done" ? 1 : 0;
  return (
    <RunBar
      phase={run.phase}
      text={runText(run, refusal)}
      done={done}
      live={live}
      liveTitle="Measure again after every change"
      onStart={() => store.getState().start()}
      onCancel={() => store.getState().cancel()}
      onLive={(on) => store.getState().set({ live: on })}
      announcer={<Announcer />}
      engine={<EnginePanel />}
    />
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
