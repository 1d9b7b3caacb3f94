/** Training runs to start from, each with the question it answers. */
import { TRAINING_PRESETS, type TrainingPreset } from "../../../spec/training/presets.ts";
import { trainingSpecKey } from "../../../lab/training/store.ts";
import { isImageTraining, type ImageTrainingSpec, type TrainingSpec } from "../../../spec/training/types.ts";
import { parsePrompt } from "../../../prompt/parse.ts";
import { Thumbnail } from "../../controls/PresetGallery.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";
import { asLaws } from "./laws-lens.ts";
import { TrainingSection } from "./TrainingSection.tsx";

/** Section "Presets". */
export function TrainingPresets({ onOpened }: { readonly onOpened: () => void }) {
  const store = useTrainingStore();
  const current = useTraining((state) => presetFor(state.spec));
  const open = ({ spec }: TrainingPreset) => {
    const { edit, seedLocked } = store.getState();
    edit((old) => (seedLocked ? { ...spec, training: { ...spec.training, seed: old.training.seed } } : spec));
    onOpened();
  };
  return (
    <TrainingSection id="presets" title="Presets" digest={current?.title ?? "Own settings"} openAtFirst>
      <ul className="presets">
        {TRAINING_PRESETS.map((preset) => (
          <li key={preset.id}>
            <button
              type="button"
              className="preset"
              aria-pressed={preset === current}
              title={preset.question}
              onClick={() => open(preset)}
            >
              {isImageTraining(preset.spec) ? (
                <Letters spec={preset.spec} />
              ) : (
                <Thumbnail spec={asLaws(preset.spec)} />
              )}
              <span>{preset.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {current !== undefined && <p className="note">{current.question}</p>}
    </TrainingSection>
  );
}

/** The characters that the prompts ask for. */
function Letters({ spec: { model } }: { readonly spec: ImageTrainingSpec }) {
  const letters = model.prompts.flatMap((prompt) => parsePrompt(prompt).tokens.character ?? []);
  return (
    <span className="thumbnail letters" aria-hidden="true">
      {letters.slice(0, 4).join(" ")}
    </span>
  );
}

/** The preset that a spec is, whatever its seed. */
function presetFor(spec: TrainingSpec): TrainingPreset | undefined {
  const key = (one: TrainingSpec) => trainingSpecKey({ ...one, training: { ...one.training, seed: 1 } });
  const own = key(spec);
  return TRAINING_PRESETS.find((preset) => key(preset.spec) === own);
}
