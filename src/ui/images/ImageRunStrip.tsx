/** Weights and run of the image page: status, progress, start and stop, and the engine. */
import type { ImageEngineState } from "../../lab/images/state.ts";
import { EngineChoices } from "../EngineChoices.tsx";
import { Icon } from "../Icon.tsx";
import { Popover } from "../Popover.tsx";
import { RunBar } from "../RunBar.tsx";
import { useThrottled } from "../use-throttled.ts";
import { useImages, useImageStore } from "./image-context.ts";
import { imageRunAnnouncement, imageRunText, progressOf, runHint } from "./image-run-words.ts";

/** The strip. */
export function ImageRunStrip() {
  const store = useImageStore();
  const phase = useImages((state) => state.run.phase);
  const text = useImages(imageRunText);
  const done = useImages(progressOf);
  const live = useImages((state) => state.live);
  const hint = useImages(runHint);
  return (
    <RunBar
      phase={phase}
      text={text}
      done={done}
      blocked={hint}
      live={live}
      liveTitle="Draw and measure again after every change"
      onStart={() => store.getState().start()}
      onCancel={() => store.getState().cancel()}
      onLive={(on) => store.getState().set({ live: on })}
      announcer={<Announcer />}
      engine={<EngineNote />}
    />
  );
}

function EngineNote() {
  const store = useImageStore();
  const choice = useImages((state) => state.engineChoice);
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
          <EngineChoices
            choice={choice}
            onChoose={(value) => store.getState().set({ engineChoice: value })}
          />
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
