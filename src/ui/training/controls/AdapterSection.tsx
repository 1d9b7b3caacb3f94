/** The low-rank parts that training adds to the glyph model. */
import { IMAGE_TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import { IMAGE_TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import type { AdapterSpec } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { useGlyphs, useGlyphsPropose } from "../training-context.ts";
import { WeightsTools } from "./NetworkSection.tsx";
import { TrainingSection } from "./TrainingSection.tsx";

const DEFAULTS = IMAGE_TRAINING_DEFAULTS.adapter;
const LAYERS = [
  { value: "attention", text: "Attention" },
  { value: "all", text: "All matrix products" },
] as const;

/** Section "Adapter". */
export function AdapterSection() {
  const adapter = useGlyphs((spec) => spec.adapter);
  const propose = useGlyphsPropose();
  const put = (part: Partial<AdapterSpec>, field: string) =>
    propose((spec) => ({ ...spec, adapter: { ...spec.adapter, ...part } }), field);
  return (
    <TrainingSection id="adapter" title="Adapter" digest={`rank ${adapter.rank}, ${adapter.layers}`}>
      <WeightsTools pretrains={false} />
      <NumberField
        label="Rank"
        value={adapter.rank}
        fallback={DEFAULTS.rank}
        slider={{ ...IMAGE_TRAINING_LIMITS.rank, step: 1 }}
        onTry={(rank) => put({ rank }, "adapter.rank")}
      />
      <SelectField
        label="Layers"
        value={adapter.layers}
        options={LAYERS}
        onTry={(layers) => put({ layers }, "adapter.layers")}
      />
      <NumberField
        label="Seed of the adapter"
        value={adapter.seed}
        fallback={DEFAULTS.seed}
        onTry={(seed) => put({ seed }, "adapter.seed")}
      />
      <p className="note">
        The network stays as it was pretrained; low-rank parts are added to its layers and trained [Hu21].
        They begin at no change, so there is no pretraining here.
      </p>
    </TrainingSection>
  );
}
