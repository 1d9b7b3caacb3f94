/** The data law: kind, and the editor of that kind. */
import { withModelKind } from "../../spec/adapt.ts";
import type { ModelSpec, ShapeName } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { useEdited, usePropose } from "../lab-context.ts";
import { MODEL_WORDS, modelDigest } from "./digests.ts";
import { GaussianEditor } from "./GaussianEditor.tsx";
import { Components, PointsEditor } from "./MixtureSection.tsx";
import { optionsOf } from "./options.ts";
import { Section } from "./Section.tsx";

const SHAPES: Readonly<Record<ShapeName, string>> = {
  moons: "Two moons",
  spirals: "Spirals",
  rings: "Rings",
  checkerboard: "Checkerboard",
};

/** Section "Data". */
export function ModelSection() {
  const model = useEdited((state) => state.spec.model);
  const propose = usePropose();
  return (
    <Section id="model" title="Data" digest={modelDigest(model)} openAtFirst>
      <SelectField
        label="Data law"
        value={model.kind}
        options={optionsOf(MODEL_WORDS)}
        help={model.kind === "points" || model.kind === "shape" ? <HelpTip term="bic" /> : null}
        onTry={(kind) => propose((spec) => withModelKind(spec, kind), "model.kind")}
      />
      <ModelEditor model={model} />
    </Section>
  );
}

function ModelEditor({ model }: { readonly model: ModelSpec }) {
  switch (model.kind) {
    case "gaussian":
      return <GaussianEditor model={model} />;
    case "mixture":
      return <Components components={model.components} />;
    case "shape":
      return <ShapeEditor model={model} />;
    case "points":
      return <PointsEditor model={model} />;
  }
}

function ShapeEditor({ model }: { readonly model: Extract<ModelSpec, { kind: "shape" }> }) {
  const propose = usePropose();
  return (
    <>
      <SelectField
        label="Shape"
        value={model.shape}
        options={optionsOf(SHAPES)}
        onTry={(shape) => propose((spec) => ({ ...spec, model: { ...model, shape } }), "model.shape")}
      />
      <NumberField
        label="Blur"
        value={model.noise}
        fallback={0.1}
        slider={{ min: 0, max: 0.5, step: 0.01 }}
        onTry={(noise) => propose((spec) => ({ ...spec, model: { ...model, noise } }), "model.noise")}
      />
    </>
  );
}
