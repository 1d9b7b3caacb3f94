/** How long and how hard is trained: iterations, batch, learning rate, KL, and the seed. */
import { standardOf } from "../../../spec/training/defaults.ts";
import { isImageTraining, type TrainingSection as TrainingPart } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SeedField } from "../../fields/SeedField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import type { SliderScale } from "../../fields/slider-scale.ts";
import { HelpTip } from "../../HelpTip.tsx";
import { useTraining, useTrainingPropose, useTrainingStore } from "../training-context.ts";
import { paceText } from "../training-run-words.ts";
import { groupSize, withLastStep } from "./training-edits.ts";
import { TrainingSection } from "./TrainingSection.tsx";

const LAST_STEP = [
  { value: "drop", text: "Not trained on" },
  { value: "keep", text: "Trained on" },
] as const;

type NumberName = "iterations" | "batch" | "learningRate" | "klWeight" | "weightDecay" | "gradientClip";

/** Section "Optimiser". */
export function OptimiserSection() {
  const training = useTraining((state) => state.spec.training);
  const standard = useTraining(({ spec }) => standardOf(spec).training);
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const pace = useTraining(paceText);
  const group = useTraining((state) => groupSize(state.spec));
  const locked = useTraining((state) => state.seedLocked);
  const store = useTrainingStore();
  const propose = useTrainingPropose();
  const put = (part: Partial<TrainingPart>, field: string) =>
    propose((spec) => ({ ...spec, training: { ...spec.training, ...part } }), field);
  const number = (name: NumberName, label: string, slider: SliderScale, help?: "klWeight") => (
    <NumberField
      label={label}
      value={training[name]}
      fallback={standard[name]}
      slider={slider}
      {...(help === undefined ? {} : { help: <HelpTip term={help} /> })}
      onTry={(value) => put({ [name]: value }, `training.${name}`)}
    />
  );
  return (
    <TrainingSection
      id="optimiser"
      title="Optimiser"
      digest={`${training.iterations} × ${training.batch}, rate ${training.learningRate}`}
      openAtFirst
    >
      {number("iterations", "Iterations", { min: 5, max: images ? 200 : 1000, log: true, step: 1 })}
      {number("batch", "Trajectories each", {
        min: 2 * group,
        max: images ? 64 : 4096,
        log: true,
        step: group,
      })}
      {number("learningRate", "Learning rate", { min: 1e-6, max: 1e-2, log: true })}
      {number("klWeight", "klWeight", { min: 0, max: 2, step: 0.01 }, "klWeight")}
      <p className="note">
        AdamW, one rollout of so many trajectories per iteration. 0 is no KL penalty: the reward alone
        decides.
      </p>
      {pace !== null && <p className="note">{pace}</p>}
      <SeedField
        seed={training.seed}
        fallback={standard.seed}
        locked={locked}
        lockTitle="Keep the seed: the dice is off, and presets keep it"
        onTry={(seed) => put({ seed }, "training.seed")}
        onLock={(seedLocked) => store.getState().set({ seedLocked })}
      />
      <details className="options">
        <summary>More</summary>
        <div className="section-body">
          {number("weightDecay", "Weight decay", { min: 0, max: 0.1, step: 0.0001 })}
          {number("gradientClip", "Gradient norm clip", { min: 0.01, max: 100, log: true })}
          {training.noise.kind !== "gddim" && (
            <SelectField
              label="Last step"
              value={training.lastStep}
              options={LAST_STEP}
              onTry={(lastStep) => propose((spec) => withLastStep(spec, lastStep), "training.lastStep")}
            />
          )}
        </div>
      </details>
    </TrainingSection>
  );
}
