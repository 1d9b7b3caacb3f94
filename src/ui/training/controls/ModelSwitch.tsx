/** What is trained: a small network on points, or the glyph model on images. */
import { useRef } from "react";
import { IMAGE_TRAINING_DEFAULTS, TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import {
  isImageTraining,
  type ImageTrainingSpec,
  type PointTrainingSpec,
} from "../../../spec/training/types.ts";
import { useTraining, useTrainingPropose, useTrainingStore } from "../training-context.ts";
import { carriedOver } from "./model-switch.ts";

/** Two buttons; each brings back what was last set for its kind. */
export function ModelSwitch() {
  const store = useTrainingStore();
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const propose = useTrainingPropose();
  const points = useRef<PointTrainingSpec>(TRAINING_DEFAULTS);
  const glyphs = useRef<ImageTrainingSpec>(IMAGE_TRAINING_DEFAULTS);
  const turn = (toImages: boolean) => {
    const { spec } = store.getState();
    if (isImageTraining(spec) === toImages) return;
    if (isImageTraining(spec)) glyphs.current = spec;
    else points.current = spec;
    propose((old) => carriedOver(old, toImages ? glyphs.current : points.current), "model.kind");
  };
  const choice = (toImages: boolean, text: string, title: string) => (
    <button
      type="button"
      className="chip"
      aria-pressed={images === toImages}
      title={title}
      onClick={() => turn(toImages)}
    >
      {text}
    </button>
  );
  return (
    <div className="model-switch row" role="group" aria-label="What is trained">
      <span aria-hidden="true">Train on</span>
      {choice(false, "Points", "A small network on a law in one or two dimensions")}
      {choice(true, "Images", "Low-rank parts of the glyph model")}
    </div>
  );
}
