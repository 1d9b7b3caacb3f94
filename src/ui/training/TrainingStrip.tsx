/** Status of training, its progress, and its buttons. Its height never changes. */
import { useContext } from "react";
import { useStore } from "zustand";
import { useTraining, useTrainingStore } from "./training-context.ts";
import { EngineChoices } from "../EngineChoices.tsx";
import { createMistakes, MistakesContext, mistakesText } from "../fields/mistakes.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { Popover } from "../Popover.tsx";
import { useThrottled } from "../use-throttled.ts";
import {
  isBusy,
  stripButtons,
  trainingAnnouncement,
  trainingProgress,
  trainingRunText,
  type StripButton,
} from "./training-run-words.ts";

const BUTTONS: Readonly<
  Record<StripButton, { readonly word: string; readonly icon: IconName; readonly title: string }>
> = {
  train: { word: "Train", icon: "run", title: "Train the pretrained network under these settings" },
  pause: { word: "Pause", icon: "pause", title: "Pause; nothing is lost" },
  stop: { word: "Stop", icon: "stop", title: "End here and keep what there is" },
  cancel: { word: "Cancel", icon: "stop", title: "Give this pretraining up" },
  resume: { word: "Resume", icon: "run", title: "Go on from here" },
  continue: { word: "Continue", icon: "run", title: "Go on from the newest weights under the new settings" },
  again: { word: "Train again", icon: "reset", title: "Start again from the pretrained network" },
};

/** The strip under the header. */
export function TrainingStrip() {
  const store = useTrainingStore();
  const phase = useTraining((state) => state.run.phase);
  const busy = useTraining((state) => isBusy(state.run));
  const text = useTraining(trainingRunText);
  const mistakes = useMistakesText();
  const done = useTraining(trainingProgress);
  const buttons = useTraining((state) => stripButtons(state).join(" ")).split(" ") as StripButton[];
  const act = (button: StripButton) => {
    const { train, pause, stop, resume } = store.getState();
    if (button === "train" || button === "again") train();
    else if (button === "pause") pause();
    else if (button === "stop" || button === "cancel") stop();
    else resume();
  };
  return (
    <div className="run-strip training-strip" role="region" aria-label="Training">
      <div className="training-buttons">
        {buttons.map((button, i) => {
          const { word, icon, title } = BUTTONS[button];
          const primary = i === 0 && !busy;
          return (
            <button
              // The first button keeps its place, and the focus, when Train becomes Pause.
              key={i}
              type="button"
              className={`button${i === 0 ? " run-button" : ""}${primary ? " primary" : ""}`}
              title={title}
              onClick={() => act(button)}
            >
              <Icon name={icon} /> {word}
            </button>
          );
        })}
      </div>
      <div className="run-status">
        <p
          className={phase === "failed" ? "run-text run-failed" : "run-text"}
          title={`${mistakes} ${text}`.trim()}
        >
          {mistakes !== "" && <span className="error-text">{mistakes} </span>}
          {text}
        </p>
        <progress
          className={busy ? "run-progress" : "run-progress run-still"}
          max={1}
          value={done}
          aria-label="Progress of training"
        />
        <Announcer />
      </div>
      <EngineNote />
    </div>
  );
}

const NO_MISTAKES = createMistakes();

/** What is trained with while a field shows something else. */
function useMistakesText(): string {
  return mistakesText(useStore(useContext(MistakesContext) ?? NO_MISTAKES), "trains");
}

function EngineNote() {
  const store = useTrainingStore();
  const choice = useTraining((state) => state.engineChoice);
  const engine = useTraining((state) => state.engine);
  const name =
    engine.phase === "starting" ? "starting …" : engine.phase === "failed" ? "none" : engine.info.adapter;
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
          {engine.phase === "starting" && <p>The engine starts with the page.</p>}
          {engine.phase === "failed" && (
            <p className="error-text">No engine could be started: {engine.message}</p>
          )}
          {engine.phase === "ready" && (
            <p>
              {engine.info.adapter}, {engine.info.precision === "f32" ? "single" : "double"} precision.{" "}
              {engine.info.reason}
            </p>
          )}
          {engine.phase === "ready" && <p>Training runs in a worker of its own, so the page stays free.</p>}
        </>
      )}
    </Popover>
  );
}

function Announcer() {
  const text = useTraining(trainingAnnouncement);
  return (
    <p className="visually-hidden" role="status">
      {useThrottled(text, 2000)}
    </p>
  );
}
