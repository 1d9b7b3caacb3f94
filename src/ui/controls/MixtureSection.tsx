/** A mixture as the user edits it: dimension, picture to drag, table to type; and the import of own points. */
import { lazy, Suspense, useState } from "react";
import { adaptSpec } from "../../spec/adapt.ts";
import type { ComponentSpec, ModelSpec } from "../../spec/types.ts";
import { FieldMessage } from "../fields/Field.tsx";
import { useEdited, usePropose } from "../lab-context.ts";
import { inDimension, withComponents } from "./mixture-edits.ts";
import { MixtureTable } from "./MixtureTable.tsx";
import { pointsText } from "./points-words.ts";

const MixtureEditor = lazy(async () => ({
  default: (await import("../model-editor/MixtureEditor.tsx")).MixtureEditor,
}));
const PointsDialog = lazy(async () => ({
  default: (await import("../model-editor/PointsDialog.tsx")).PointsDialog,
}));

/** Picture and table of the components. */
export function Components({ components }: { readonly components: readonly ComponentSpec[] }) {
  const reward = useEdited((state) => state.spec.reward);
  const propose = usePropose();
  const [error, setError] = useState<string | null>(null);
  const dim = components[0]?.mean.length === 2 ? 2 : 1;
  const put = (next: readonly ComponentSpec[]) =>
    setError(propose((spec) => withComponents(spec, next), "model.components"));
  return (
    <div className="field">
      <div className="row" role="group" aria-label="Dimension of the mixture">
        {([1, 2] as const).map((d) => (
          <button
            key={d}
            type="button"
            className="chip"
            aria-pressed={d === dim}
            onClick={() => (d === dim ? undefined : put(inDimension(components, d)))}
          >
            {d}-D
          </button>
        ))}
      </div>
      <Suspense fallback={<div className="editor-wait" />}>
        <MixtureEditor
          components={components}
          dim={dim}
          onChange={put}
          reward={reward}
          onReward={(next) => setError(propose((spec) => ({ ...spec, reward: next }), "reward.center"))}
        />
      </Suspense>
      <FieldMessage inputId="mixture" error={error} />
      <MixtureTable components={components} />
    </div>
  );
}

/** Own points: what they are, a way to bring others, and the fitted mixture. */
export function PointsEditor({ model }: { readonly model: Extract<ModelSpec, { kind: "points" }> }) {
  const propose = usePropose();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <p className="note">{pointsText(model)}</p>
      <div className="row">
        <button
          type="button"
          className="button primary"
          onClick={() => {
            setWanted(true);
            setOpen(true);
          }}
        >
          Bring your own points …
        </button>
      </div>
      {wanted && (
        <Suspense fallback={null}>
          <PointsDialog
            open={open}
            onClose={() => setOpen(false)}
            onImport={(next) => {
              propose((spec) => adaptSpec({ ...spec, model: next }), "model.import");
              setOpen(false);
            }}
          />
        </Suspense>
      )}
      {model.components !== undefined && <Components components={model.components} />}
    </>
  );
}
