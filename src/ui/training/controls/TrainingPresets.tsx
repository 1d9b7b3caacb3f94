/** Training runs to start from, each with the question it answers. */
import { TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import { TRAINING_PRESETS, type TrainingPreset } from "../../../spec/training/presets.ts";
import { trainingSpecKey } from "../../../lab/training/store.ts";
import { isImageTraining, type ImageTrainingSpec, type TrainingSpec } from "../../../spec/training/types.ts";
import { parsePrompt } from "../../../prompt/parse.ts";
import { Thumbnail } from "../../controls/PresetGallery.tsx";
import { PresetList } from "../../controls/PresetList.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";
import { asLaws } from "./laws-lens.ts";
import { algorithmDigest, noiseLevelText } from "./training-words.ts";
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
      <PresetList
        presets={TRAINING_PRESETS}
        current={current}
        tell={({ question }) => question}
        picture={({ spec }) => <Picture spec={spec} />}
        onOpen={open}
      />
    </TrainingSection>
  );
}

/** The law or the letters, and in a word what is not as in the first training: many presets share their law. */
function Picture({ spec }: { readonly spec: TrainingSpec }) {
  const word = presetBadge(spec);
  return (
    <span className="preset-picture" aria-hidden="true">
      {isImageTraining(spec) ? <Letters spec={spec} /> : <Thumbnail spec={asLaws(spec)} />}
      {word !== null && <span className="preset-badge">{word}</span>}
    </span>
  );
}

/** Longer names do not fit on a picture. */
const LONGEST_BADGE = 10;

/** "MixGRPO", "η = 1.2", "KL"; null where none of these differs. */
export function presetBadge(spec: TrainingSpec): string | null {
  const { algorithm, training } = TRAINING_DEFAULTS;
  if (spec.algorithm.kind !== algorithm.kind) {
    const name = algorithmDigest(spec);
    return name.length > LONGEST_BADGE ? null : name;
  }
  const { noise, klWeight } = spec.training;
  const same = training.noise.kind === "gddim" && noise.kind === "gddim" && noise.eta === training.noise.eta;
  if (!same) return noiseLevelText(noise);
  return klWeight > 0 ? "KL" : null;
}

/** The characters that the prompts ask for. */
function Letters({ spec: { model } }: { readonly spec: ImageTrainingSpec }) {
  const letters = model.prompts.flatMap((prompt) => parsePrompt(prompt).tokens.character ?? []);
  return <span className="thumb letters">{letters.slice(0, 4).join(" ")}</span>;
}

/** The preset that a spec is, whatever its seed. */
function presetFor(spec: TrainingSpec): TrainingPreset | undefined {
  const key = (one: TrainingSpec) => trainingSpecKey({ ...one, training: { ...one.training, seed: 1 } });
  const own = key(spec);
  return TRAINING_PRESETS.find((preset) => key(preset.spec) === own);
}
