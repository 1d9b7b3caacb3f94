/** Settings of the training from scratch; they hold for the next start. */
import { SCRATCH_LIMITS, type ScratchDevice, type ScratchSize } from "../../../engine/scratch-training.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { useScratch, useScratchStore } from "./scratch-context.ts";

const SIZES: readonly { readonly id: ScratchSize; readonly word: string; readonly text: string }[] = [
  { id: "small", word: "Small", text: "0.4 M parameters: for slow devices." },
  { id: "shipped", word: "Shipped size", text: "3 M parameters: for a graphics card." },
];

const DEVICES: readonly { readonly id: ScratchDevice; readonly word: string }[] = [
  { id: "auto", word: "Automatic" },
  { id: "webgpu", word: "WebGPU" },
  { id: "cpu", word: "CPU" },
];

/** Size, device, minutes, batch and seed. */
export function ScratchSettingsFields() {
  const store = useScratchStore();
  const { size, device, minutes, batch, seed, sampleEvery } = useScratch((state) => state.settings);
  const { change } = store.getState();
  return (
    <>
      <Chips
        label="Size of the network"
        entries={SIZES}
        chosen={size}
        onChoose={(id) => change({ size: id })}
      />
      <p className="note">{SIZES.find(({ id }) => id === size)?.text}</p>
      <Chips label="Train on" entries={DEVICES} chosen={device} onChoose={(id) => change({ device: id })} />
      <NumberField
        label="Minutes of training"
        value={minutes}
        fallback={30}
        slider={{ ...SCRATCH_LIMITS.minutes, log: true, step: 0.1 }}
        onTry={(value) => change({ minutes: value })}
      />
      <NumberField
        label="Images per step"
        value={batch}
        fallback={64}
        slider={{ ...SCRATCH_LIMITS.batch, log: true, step: 1 }}
        onTry={(value) => change({ batch: value })}
      />
      <NumberField
        label="Steps between samples"
        value={sampleEvery}
        fallback={100}
        slider={{ ...SCRATCH_LIMITS.sampleEvery, log: true, step: 1 }}
        onTry={(value) => change({ sampleEvery: value })}
      />
      <NumberField
        label="Seed of the training"
        value={seed}
        fallback={1}
        onTry={(value) => change({ seed: value })}
      />
    </>
  );
}

function Chips<T extends string>(props: {
  readonly label: string;
  readonly entries: readonly { readonly id: T; readonly word: string }[];
  readonly chosen: T;
  readonly onChoose: (id: T) => void;
}) {
  const { label, entries, chosen, onChoose } = props;
  return (
    <div className="row" role="group" aria-label={label}>
      <span className="field-label">{label}</span>
      {entries.map(({ id, word }) => (
        <button
          key={id}
          type="button"
          className="chip"
          aria-pressed={id === chosen}
          onClick={() => onChoose(id)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
