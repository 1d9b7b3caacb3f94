/** The sampler while training: the law of its noise, its steps, and their times. */
import { standardOf } from "../../../spec/training/defaults.ts";
import { isImageTraining } from "../../../spec/training/types.ts";
import { GRID_WORDS } from "../../controls/digests.ts";
import { optionsOf } from "../../controls/options.ts";
import { GridEditor } from "../../controls/SamplerSection.tsx";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { HelpTip } from "../../HelpTip.tsx";
import { useTraining, useTrainingPropose } from "../training-context.ts";
import { withGridKind, withNoiseKind, withSteps } from "./training-edits.ts";
import { TrainingSection } from "./TrainingSection.tsx";
import { NOISE_WORDS, noiseDigest, noiseNote } from "./training-words.ts";

const FEW_STEPS =
  "Euler–Maruyama adds more noise than it removes on the few steps of the glyph model; gDDIM does not.";

/** Section "Training sampler". */
export function NoiseSection() {
  const { noise, steps, grid } = useTraining((state) => state.spec.training);
  const process = useTraining(({ spec }) => (isImageTraining(spec) ? "flow" : spec.process.kind));
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const standard = useTraining(({ spec }) => standardOf(spec).training.steps);
  const digest = useTraining((state) => noiseDigest(state.spec));
  const propose = useTrainingPropose();
  const level = (value: number) =>
    propose(
      (spec) => ({
        ...spec,
        training: {
          ...spec.training,
          noise: noise.kind === "gddim" ? { ...noise, eta: value } : { ...noise, level: value },
        },
      }),
      noise.kind === "gddim" ? "training.noise.eta" : "training.noise.level",
    );
  return (
    <TrainingSection id="noise" title="Training sampler" digest={digest} openAtFirst>
      {process === "flow" && (
        <SelectField
          label="Noise law"
          value={noise.kind}
          options={optionsOf(NOISE_WORDS)}
          onTry={(kind) => propose((spec) => withNoiseKind(spec, kind), "training.noise.kind")}
        />
      )}
      <NumberField
        label={noise.kind === "gddim" ? "η while training" : "Level"}
        value={noise.kind === "gddim" ? noise.eta : noise.level}
        fallback={noise.kind === "gddim" ? 1 : noise.kind === "flow-grpo" ? 0.7 : 0.3}
        slider={{ min: 0.05, max: noise.kind === "gddim" ? 3 : 2, step: 0.05 }}
        help={<HelpTip term="eta" />}
        onTry={level}
      />
      <p className="note">{noiseNote(noise)}</p>
      {images && noise.kind === "flow-grpo" && <p className="note">{FEW_STEPS}</p>}
      <NumberField
        label="Steps N"
        value={steps}
        fallback={standard}
        slider={{ min: 2, max: images ? 32 : 100, log: true, step: 1 }}
        help={<HelpTip term="steps" />}
        onTry={(value) => propose((spec) => withSteps(spec, value), "training.steps")}
      />
      <SelectField
        label="Time grid"
        value={grid.kind}
        options={optionsOf(GRID_WORDS)}
        help={<HelpTip term="grid" />}
        onTry={(kind) => propose((spec) => withGridKind(spec, kind), "training.grid.kind")}
      />
      <GridEditor
        grid={grid}
        onTry={(next, field) =>
          propose(
            (spec) => ({ ...spec, training: { ...spec.training, grid: next } }),
            field.replace("sampler", "training"),
          )
        }
      />
    </TrainingSection>
  );
}
