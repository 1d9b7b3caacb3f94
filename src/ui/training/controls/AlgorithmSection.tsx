/** The algorithm: which one, what it is, and every option it has. */
import {
  algorithmDefaults,
  algorithmFor,
  ALGORITHM_KINDS,
} from "../../../spec/training/algorithm-defaults.ts";
import { ALGORITHM_NAMES } from "../../../spec/training/algorithm-names.ts";
import { TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import { isImageTraining, type AlgorithmSpec } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import type { SliderScale } from "../../fields/slider-scale.ts";
import { useTraining, useTrainingPropose } from "../training-context.ts";
import { AlgorithmCard } from "./AlgorithmCard.tsx";
import { withAlgorithm } from "./training-edits.ts";
import { TrainingSection } from "./TrainingSection.tsx";
import { algorithmDigest, OPTION_WORDS, type OptionName } from "./training-words.ts";
import { WindowEditor } from "./WindowEditor.tsx";

const KINDS = ALGORITHM_KINDS.map((value) => ({ value, text: ALGORITHM_NAMES[value] }));

/** Section "Algorithm". */
export function AlgorithmSection() {
  const algorithm = useTraining((state) => state.spec.algorithm);
  const digest = useTraining((state) => algorithmDigest(state.spec));
  const propose = useTrainingPropose();
  return (
    <TrainingSection id="algorithm" title="Algorithm" digest={digest} openAtFirst>
      <SelectField
        label="Algorithm"
        value={algorithm.kind}
        options={KINDS}
        onTry={(kind) => propose((spec) => withAlgorithm(spec, kind), "algorithm.kind")}
      />
      <AlgorithmCard kind={algorithm.kind} />
      {algorithm.kind === "mix-grpo" && <WindowEditor window={algorithm.window} />}
      <details className="options">
        <summary>Options</summary>
        <div className="section-body">
          {optionNames(algorithm).map((name) => (
            <Option key={`${algorithm.kind} ${name}`} algorithm={algorithm} name={name} />
          ))}
        </div>
      </details>
    </TrainingSection>
  );
}

/** Options of an algorithm, in the order of its defaults. */
function optionNames(algorithm: AlgorithmSpec): readonly OptionName[] {
  return Object.keys(algorithmDefaults(algorithm.kind)).filter(
    (name): name is OptionName => name !== "kind" && name !== "window",
  );
}

const { share } = TRAINING_LIMITS;
const SLIDERS: Readonly<Partial<Record<OptionName, SliderScale>>> = {
  clip: { min: 0.01, max: 2, log: true },
  advantageClip: { min: 0.5, max: 20, log: true },
  minibatches: { min: 1, max: 16, step: 1 },
  innerEpochs: { min: 1, max: 8, step: 1 },
  timestepFraction: { ...share, min: 0.05, step: 0.05 },
  buffer: { min: 1000, max: 200_000, log: true, step: 1 },
  policySteps: { min: 1, max: 50, step: 1 },
  valueSteps: { min: 1, max: 50, step: 1 },
  group: { min: 2, max: 96, step: 1 },
  flashRatio: { ...share, min: 0.05, step: 0.05 },
  discount: { min: 0, max: 1, step: 0.01 },
  temporalDecay: { min: 0.5, max: 1, step: 0.01 },
  temperature: { min: 0.01, max: 10, log: true },
  innerSteps: { min: 1, max: 100, step: 1 },
  through: { min: 1, max: 20, step: 1 },
  n: { min: 1, max: 64, step: 1 },
};

/** Where images need others: clips of mean log-probabilities, batches of a few. */
const IMAGE_SLIDERS: Readonly<Partial<Record<OptionName, SliderScale>>> = {
  clip: { min: 1e-5, max: 1e-2, log: true },
  buffer: { min: 16, max: 4096, log: true, step: 1 },
  group: { min: 2, max: 32, step: 1 },
  n: { min: 1, max: 16, step: 1 },
};

/** Words of choices that are not yes or no. */
const CHOICES: Readonly<Partial<Record<OptionName, Readonly<Record<string, string>>>>> = {
  logProb: { sum: "Sum over dims", mean: "Mean over dims" },
  std: { population: "Population (n)", sample: "Sample (n − 1)" },
  kl: { "eps-mse": "As the published code", exact: "Exact" },
  aggregate: { advantages: "Normalise, then add", rewards: "Add, then normalise" },
};

/** One option: a number, a choice or a switch, and its line. */
function Option({ algorithm, name }: { readonly algorithm: AlgorithmSpec; readonly name: OptionName }) {
  const propose = useTrainingPropose();
  const { label, note } = OPTION_WORDS[name];
  const value = (algorithm as unknown as Readonly<Record<string, unknown>>)[name];
  const standard = useTraining(
    ({ spec }) =>
      (algorithmFor(algorithm.kind, spec.model) as unknown as Readonly<Record<string, unknown>>)[name],
  );
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const put = (next: number | string | boolean) =>
    propose((spec) => ({ ...spec, algorithm: { ...spec.algorithm, [name]: next } }), `algorithm.${name}`);
  const slider = (images ? IMAGE_SLIDERS[name] : undefined) ?? SLIDERS[name];
  return (
    <div className="option">
      {typeof value === "number" && (
        <NumberField
          label={label}
          value={value}
          fallback={typeof standard === "number" ? standard : value}
          {...(slider === undefined ? {} : { slider })}
          onTry={put}
        />
      )}
      {typeof value === "string" && (
        <SelectField
          label={label}
          value={value}
          options={Object.entries(CHOICES[name] ?? {}).map(([v, text]) => ({ value: v, text }))}
          onTry={put}
        />
      )}
      {typeof value === "boolean" && (
        <label className="live-switch">
          <input type="checkbox" checked={value} onChange={(event) => put(event.target.checked)} />
          {label}
        </label>
      )}
      <p className="note">{note}</p>
    </div>
  );
}
