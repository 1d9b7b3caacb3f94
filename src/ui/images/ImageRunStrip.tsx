/** Status of weights and run, their progress, and the buttons that start and stop. Its height never changes. */
import type { ImageEngineState } from "../../lab/images/state.ts";
import { Icon } from "../Icon.tsx";
import { Popover } from "../Popover.tsx";
import { useThrottled } from "../use-throttled.ts";
import { useImages, useImageStore } from "./image-context.ts";
import { imageRunAnnouncement, imageRunText, progressOf } from "./image-run-words.ts";

/** The strip. */
export function ImageRunStrip() {
  const store = useImageStore();
  const phase = useImages((state) => state.run.phase);
  const text = useImages(imageRunText);
  const done = useImages(progressOf);
  const live = useImages((state) => state.live);
  const busy = phase === "running" || phase === "preparing";
  return (
    <div className="run-strip" role="region" aria-label="Run">
      {busy ? (
        <button type="button" className="button run-button" onClick={() => store.getState().cancel()}>
          <Icon name="stop" /> Cancel
        </button>
      ) : (
        <button type="button" className="button run-button primary" onClick={() => store.getState().start()}>
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
        <Announcer />
      </div>
      <label className="live-switch" title="Draw and measure again after every change">
        <input
          type="checkbox"
          checked={live}
          onChange={(event) => store.getState().set({ live: event.target.checked })}
        />
        Live
      </label>
      <EngineNote />
    </div>
  );
}

function EngineNote() {
  const engine = useImages((state) => state.engine);
  const name = engineWord(engine);
  return (
    <Popover
      label={`Engine: ${name}`}
      buttonClass="button engine-button"
      width={380}
      trigger={
        <>
          <Icon name="chip" /> <span className="engine-name">{name}</span>
        </>
      }
    >
      {() => (
        <>
          <h2>Engine</h2>
          <p className={engine.phase === "failed" ? "error-text" : undefined}>{engineSentence(engine)}</p>
        </>
      )}
    </Popover>
  );
}

function engineWord(engine: ImageEngineState): string {
  if (engine.phase === "starting") return "starting …";
  return engine.phase === "failed" ? "none" : engine.adapter;
}

function engineSentence(engine: ImageEngineState): string {
  if (engine.phase === "starting") return "The engine starts with the first run.";
  return engine.phase === "failed" ? `No engine could be started: ${engine.message}` : engine.reason;
}

function Announcer() {
  const text = useImages(imageRunAnnouncement);
  return (
    <p className="visually-hidden" role="status">
      {useThrottled(text, 2000)}
    </p>
  );
}
