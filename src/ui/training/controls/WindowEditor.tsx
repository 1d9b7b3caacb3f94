/** MixGRPO's window of stochastic steps on the timeline of a trajectory: dragged, moved by keys, or typed. */
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { algorithmDefaults } from "../../../spec/training/algorithm-defaults.ts";
import { trainableSteps } from "../../../spec/training/consistency.ts";
import type { WindowSpec } from "../../../spec/training/types.ts";
import { optionsOf } from "../../controls/options.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { trainedRun, useTraining, useTrainingPropose } from "../training-context.ts";
import { WINDOW_WORDS } from "./training-words.ts";
import {
  windowGripped,
  windowMoved,
  windowPulled,
  windowResized,
  type WindowGrip,
  type WindowPlace,
} from "./window-edits.ts";

const FALLBACK = algorithmDefaults("mix-grpo").window;
const ENDS = [
  { value: "wrap", text: "Back to the start" },
  { value: "clip", text: "Stay" },
] as const;

/** Timeline and numbers. */
export function WindowEditor({ window }: { readonly window: WindowSpec }) {
  const steps = useTraining((state) => state.spec.training.steps);
  // A dropped last step alone leaves none; the field of N says so.
  const room = useTraining((state) => Math.max(1, trainableSteps(state.spec.training)));
  const propose = useTrainingPropose();
  const put = (part: Partial<WindowSpec>, field = "algorithm.window") =>
    propose(
      (spec) =>
        spec.algorithm.kind === "mix-grpo"
          ? { ...spec, algorithm: { ...spec.algorithm, window: { ...spec.algorithm.window, ...part } } }
          : spec,
      field,
    );
  const number = (
    name: "start" | "size" | "interval" | "stride",
    label: string,
    min: number,
    max: number,
  ) => (
    <NumberField
      label={label}
      value={window[name]}
      fallback={FALLBACK[name]}
      slider={{ min, max: Math.max(min + 1, max), step: 1 }}
      onTry={(value) => put({ [name]: value }, `algorithm.window.${name}`)}
    />
  );
  return (
    <fieldset className="window-editor">
      <legend>Window of stochastic steps</legend>
      <Timeline
        window={window}
        steps={steps}
        room={room}
        onMove={(part) => put(part, "algorithm.window.drag")}
      />
      {number("start", "First step", 0, room - 1)}
      {number("size", "Steps in it", 1, room)}
      <SelectField
        label="Moves"
        value={window.strategy}
        options={optionsOf(WINDOW_WORDS)}
        onTry={(strategy) => put({ strategy }, "algorithm.window.strategy")}
      />
      {window.strategy !== "frozen" && (
        <>
          {number("interval", "Iterations between moves", 1, 50)}
          {number("stride", "Steps it moves by", 0, steps)}
          <SelectField
            label="At the end"
            value={window.end}
            options={ENDS}
            onTry={(end) => put({ end }, "algorithm.window.end")}
          />
        </>
      )}
    </fieldset>
  );
}

interface TimelineProps {
  readonly window: WindowSpec;
  readonly steps: number;
  /** Steps, from the first, that can be trained on. */
  readonly room: number;
  readonly onMove: (part: WindowPlace) => void;
}

/** Steps that a key moves the window by. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  Home: -Infinity,
  End: Infinity,
};

/** Steps from noise to data; pull the window along, drag beside it for a new one, or use the keys. */
function Timeline({ window: { start, size }, steps, room, onMove }: TimelineProps) {
  const live = useTraining((state) => trainedRun(state)?.reports.at(-1)?.window ?? null);
  const grip = useRef<WindowGrip | null>(null);
  const stepAt = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(0.999999, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.floor(share * steps);
  };
  const pull = (event: PointerEvent<HTMLDivElement>) => {
    if (grip.current === null) return;
    const place = windowPulled(grip.current, stepAt(event), room);
    if (place.start !== start || place.size !== size) onMove(place);
  };
  const press = (event: PointerEvent<HTMLDivElement>) => {
    // The browser would select the text around and drag that instead.
    event.preventDefault();
    event.currentTarget.focus();
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = windowGripped({ start, size }, stepAt(event), room);
    pull(event);
  };
  const release = () => {
    grip.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onMove((event.shiftKey && Number.isFinite(by) ? windowResized : windowMoved)({ start, size }, by, room));
  };
  return (
    <>
      <div
        className="window-line"
        role="slider"
        tabIndex={0}
        aria-label="Window on the steps; arrow keys, Home and End move it, arrow keys with Shift resize it"
        aria-valuemin={0}
        aria-valuemax={Math.max(start, room - size)}
        aria-valuenow={start}
        aria-valuetext={`steps ${start} to ${start + size - 1} of ${steps}`}
        onKeyDown={onKeyDown}
        onPointerDown={press}
        onPointerMove={pull}
        onPointerUp={release}
        onPointerCancel={release}
      >
        {Array.from({ length: steps }, (_, k) => (
          <span
            key={k}
            title={k < room ? undefined : "The last step is dropped: it is not trained on"}
            className={[
              "window-step",
              k >= room ? "window-dropped" : "",
              k >= start && k < start + size ? "window-in" : "",
              live !== null && k >= live[0] && k < live[1] ? "window-live" : "",
            ].join(" ")}
          />
        ))}
      </div>
      <p className="note window-words">
        <span>noise</span>
        <span>
          SDE on steps {start}–{start + size - 1}
          {live !== null && `; now ${live[0]}–${live[1] - 1}`}
        </span>
        <span>data</span>
      </p>
      {room < steps && <p className="note">The last step, {steps - 1}, is dropped: it is not trained on.</p>}
    </>
  );
}
