/** The network: its size, what it predicts, how long it is pretrained, and where its weights come from. */
import { useRef, useState } from "react";
import { messageOf } from "../../../lab/abort.ts";
import { TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import type { NetworkSpec } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { saveBytes } from "../../save-file.ts";
import { usePoints, usePointsPropose, useTraining, useTrainingStore } from "../training-context.ts";
import { referenceText } from "../training-run-words.ts";
import { TrainingSection } from "./TrainingSection.tsx";

const DEFAULTS = TRAINING_DEFAULTS.network;
const PREDICTIONS = [
  { value: "v", text: "v" },
  { value: "eps", text: "noise ε" },
  { value: "x0", text: "sample x₀" },
] as const;

/** Section "Network". */
export function NetworkSection() {
  const network = usePoints((spec) => spec.network);
  const propose = usePointsPropose();
  const put = (part: Partial<NetworkSpec>, field: string) =>
    propose((spec) => ({ ...spec, network: { ...spec.network, ...part } }), field);
  return (
    <TrainingSection
      id="network"
      title="Network"
      digest={`${network.depth} × ${network.width}, predicts ${network.prediction}`}
    >
      <WeightsTools pretrains />
      <NumberField
        label="Units per layer"
        value={network.width}
        fallback={DEFAULTS.width}
        slider={{ min: 8, max: 256, log: true, step: 8 }}
        onTry={(width) => put({ width }, "network.width")}
      />
      <NumberField
        label="Hidden layers"
        value={network.depth}
        fallback={DEFAULTS.depth}
        slider={{ min: 1, max: 4, step: 1 }}
        onTry={(depth) => put({ depth }, "network.depth")}
      />
      <SelectField
        label="Predicts"
        value={network.prediction}
        options={PREDICTIONS}
        onTry={(prediction) => put({ prediction }, "network.prediction")}
      />
      <NumberField
        label="Pretraining steps"
        value={network.pretrainSteps}
        fallback={DEFAULTS.pretrainSteps}
        slider={{ min: 100, max: 20_000, log: true, step: 100 }}
        onTry={(pretrainSteps) => put({ pretrainSteps }, "network.pretrainSteps")}
      />
      <NumberField
        label="Seed of the network"
        value={network.seed}
        fallback={DEFAULTS.seed}
        onTry={(seed) => put({ seed }, "network.seed")}
      />
    </TrainingSection>
  );
}

/** Where the weights come from, and the ways to bring and take others; `pretrains` where they can be made here. */
export function WeightsTools({ pretrains }: { readonly pretrains: boolean }) {
  const store = useTrainingStore();
  const text = useTraining(referenceText);
  const input = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState<string | null>(null);
  const act = (work: () => Promise<string>) =>
    void work().then(setMessage, (error: unknown) => setMessage(messageOf(error)));
  const open = (file: File) =>
    act(async () => {
      await store.getState().importWeights(new Uint8Array(await file.arrayBuffer()), file.name);
      return `Opened ${file.name} as the ${pretrains ? "pretrained network" : "start of training"}.`;
    });
  const save = () =>
    act(async () => {
      const { scrub, exportWeights } = store.getState();
      saveBytes("etalon-weights.safetensors", await exportWeights(scrub));
      return "Saved etalon-weights.safetensors.";
    });
  return (
    <div className="weights-tools">
      <p>{text}</p>
      <div className="row">
        {pretrains && (
          <button type="button" className="button small" onClick={() => store.getState().pretrain()}>
            Pretrain here
          </button>
        )}
        <button type="button" className="button small" onClick={() => input.current?.click()}>
          Open weights …
        </button>
        <button type="button" className="button small" onClick={save}>
          Save weights
        </button>
      </div>
      <input
        ref={input}
        type="file"
        accept=".safetensors"
        className="visually-hidden"
        aria-label="Weights file to open"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) open(file);
        }}
      />
      <p className="note" role="status">
        {message}
      </p>
    </div>
  );
}
