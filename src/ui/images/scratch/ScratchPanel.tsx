/** The training from scratch: data, settings, buttons, losses, samples, and what to do with the weights. */
import { useRef, useState } from "react";
import { LineFigure } from "../../../charts/LineFigure.tsx";
import { scratchChart } from "../../../lab/images/scratch.ts";
import { saveBytes } from "../../save-file.ts";
import { useThrottled } from "../../use-throttled.ts";
import { useImagePropose, useImages, useImageStore } from "../image-context.ts";
import { useScratch, useScratchStore } from "./scratch-context.ts";
import { ScratchSamplesView } from "./ScratchSamplesView.tsx";
import { ScratchSettingsFields } from "./ScratchSettingsFields.tsx";
import { meanText, progressText } from "./scratch-words.ts";

/** All of it. */
export default function ScratchPanel() {
  return (
    <div className="scratch">
      <p className="note">
        Trains a new teacher on your device, as the shipped one was: a rectified flow that predicts x̂₀, AdamW,
        averaged weights.
      </p>
      <DataFiles />
      <ScratchSettingsFields />
      <Buttons />
      <Progress />
      <Losses />
      <ScratchSamplesView />
      <Weights />
    </div>
  );
}

function DataFiles() {
  const store = useScratchStore();
  const input = useRef<HTMLInputElement>(null);
  const files = useScratch((state) => state.files);
  const problem = useScratch((state) => state.problem);
  const names = [files.pixels, files.labels, files.sha256].flatMap((file) => (file ? [file.name] : []));
  return (
    <div>
      <button type="button" className="button small" onClick={() => input.current?.click()}>
        Choose data …
      </button>
      <input
        ref={input}
        type="file"
        multiple
        className="visually-hidden"
        aria-label="Data files: glyphs.bin, glyphs.json and sha256"
        tabIndex={-1}
        onChange={(event) => {
          store.getState().choose([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <p className="note">
        {names.length > 0
          ? `Chosen: ${names.join(", ")}${files.sha256 === null ? " (not checked without sha256)" : ""}`
          : "The files glyphs.bin, glyphs.json and sha256 that `npm run train -- data` writes to .train/data."}
      </p>
      {problem !== null && <p className="error-text">{problem}</p>}
    </div>
  );
}

function Buttons() {
  const store = useScratchStore();
  const phase = useScratch((state) => state.phase);
  const active = phase === "starting" || phase === "running" || phase === "paused";
  return (
    <div className="row">
      {!active && phase !== "ending" && (
        <button type="button" className="button" onClick={() => store.getState().start()}>
          {phase === "idle" ? "Train" : "Train again"}
        </button>
      )}
      {phase === "running" && (
        <button type="button" className="button" onClick={() => store.getState().pause()}>
          Pause training
        </button>
      )}
      {phase === "paused" && (
        <button type="button" className="button" onClick={() => store.getState().resume()}>
          Resume training
        </button>
      )}
      {active && (
        <button type="button" className="button" onClick={() => store.getState().stop()}>
          Stop training
        </button>
      )}
    </div>
  );
}

function Progress() {
  const phase = useScratch((state) => state.phase);
  const started = useScratch((state) => state.started);
  const failure = useScratch((state) => state.failure);
  const share = useScratch((state) => state.progress?.share ?? 0);
  const text = useThrottled(
    useScratch((state) => progressText(state)),
    1000,
  );
  if (phase === "idle") return null;
  return (
    <div>
      {started !== null && (
        <p className="note">
          {started.adapter}: {started.reason} {started.images.toLocaleString("en-GB")} images,{" "}
          {started.parameters.toLocaleString("en-GB")} parameters.
        </p>
      )}
      {phase !== "failed" && <progress value={share} max={1} aria-label="Training from scratch" />}
      {phase !== "failed" && <p className="note number">{text}</p>}
      {failure !== null && (
        <p className="error-text" role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}

function Losses() {
  const losses = useScratch((state) => state.losses);
  const validation = useScratch((state) => state.validation);
  const chart = useThrottled(scratchChart({ losses, validation }), 1000);
  const last = validation.at(-1);
  if (chart === null) return null;
  return (
    <figure className="chart-card">
      <figcaption className="chart-head">
        <h3>{chart.title}</h3>
      </figcaption>
      <LineFigure chart={chart} height={220} formulaCard={() => null} />
      <p className="note">{chart.notes.join(" ")}</p>
      {last !== undefined && (
        <p className="note">
          Families not trained on: {meanText(last.mean)} at step {last.step}.
        </p>
      )}
    </figure>
  );
}

function Weights() {
  const store = useScratchStore();
  const images = useImageStore();
  const propose = useImagePropose();
  const own = useImages((state) => state.ownTeacher);
  const some = useScratch((state) => state.progress !== null);
  const [message, setMessage] = useState("");
  const act = (work: () => Promise<string>) =>
    void work().then(setMessage, (error: unknown) =>
      setMessage(error instanceof Error ? error.message : String(error)),
    );
  const save = async () => {
    const { file, steps } = await store.getState().weights();
    saveBytes(`etalon-scratch-${steps}.safetensors`, file);
    return `Saved the weights of ${steps} steps.`;
  };
  const use = async () => {
    const { file, steps } = await store.getState().weights();
    images.getState().set({ ownTeacher: { file, steps } });
    propose((spec) => ({ ...spec, model: { ...spec.model, weights: "teacher" } }), "model.weights");
    return `The page’s teacher is now yours, as it was after ${steps} steps.`;
  };
  const giveBack = () => {
    images.getState().set({ ownTeacher: null });
    setMessage("The page’s teacher is the shipped one again.");
  };
  return (
    <div>
      <div className="row">
        {some && (
          <>
            <button type="button" className="button small" onClick={() => act(save)}>
              Save these weights
            </button>
            <button type="button" className="button small" onClick={() => act(use)}>
              Use these weights
            </button>
          </>
        )}
        {own !== null && (
          <button type="button" className="button small" onClick={giveBack}>
            Use the shipped teacher
          </button>
        )}
      </div>
      <p className="note" role="status">
        {message}
      </p>
    </div>
  );
}
