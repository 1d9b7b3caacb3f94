/** Which network draws, and what only the teacher takes: guidance and a negative prompt. */
import { useCallback } from "react";
import { IMAGE_DEFAULTS } from "../../../spec/images/limits.ts";
import type { GlyphModelSpec, GlyphWeights } from "../../../spec/images/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { HelpTip } from "../../HelpTip.tsx";
import { useImagePropose, useImages, useImageStore } from "../image-context.ts";
import { weightsText } from "../image-run-words.ts";
import { ImageSection } from "./ImageSection.tsx";
import { clashOf, withWeights } from "./prompt-edits.ts";
import { PromptField } from "./PromptField.tsx";

const NETWORKS: readonly { readonly id: GlyphWeights; readonly word: string; readonly text: string }[] = [
  { id: "student", word: "Student", text: "Distilled: made for 1 to 8 steps, with guidance built in." },
  { id: "teacher", word: "Teacher", text: "Not distilled: needs many steps, takes guidance." },
];

/** Section "Model". */
export function ImageModelSection() {
  const model = useImages((state) => state.spec.model);
  const propose = useImagePropose();
  const put = (next: Partial<GlyphModelSpec>, field: string) =>
    propose((spec) => ({ ...spec, model: { ...spec.model, ...next } }), field);
  const store = useImageStore();
  const choose = (id: GlyphWeights) => {
    const change = withWeights(model, id);
    put(change, "model.weights");
    if ("negative" in change)
      store.getState().notify({
        id: "prompt-clash",
        tone: "info",
        text: `The negative prompt “${model.negative}” contradicts the prompt and was emptied.`,
      });
  };
  const network = NETWORKS.find(({ id }) => id === model.weights);
  return (
    <ImageSection title="Model" digest={network?.word ?? ""} openAtFirst>
      <div className="row" role="group" aria-label="Network">
        {NETWORKS.map(({ id, word }) => (
          <button
            key={id}
            type="button"
            className="chip"
            aria-pressed={id === model.weights}
            onClick={() => choose(id)}
          >
            {word}
          </button>
        ))}
        <HelpTip term="distilled" />
      </div>
      <p className="note">{network?.text}</p>
      <WeightsNote id={model.weights} />
      <Guidance model={model} put={put} />
    </ImageSection>
  );
}

function WeightsNote({ id }: { readonly id: GlyphWeights }) {
  const weights = useImages((state) => state.weights[id]);
  const own = useImages((state) => (id === "teacher" ? state.ownTeacher : null));
  return (
    <>
      {own !== null && (
        <p className="note">
          Your own, trained here for {own.steps} steps; a link or a reload has the shipped one.
        </p>
      )}
      <p className="note number">{weightsText(weights)}</p>
    </>
  );
}

const REASON_ID = "guidance-reason";

function Guidance(props: {
  readonly model: GlyphModelSpec;
  readonly put: (next: Partial<GlyphModelSpec>, field: string) => string | null;
}) {
  const { model, put } = props;
  const fixed = model.weights === "student";
  const store = useImageStore();
  const onRefused = useCallback(
    (refusedNegative: string | null) =>
      store.getState().set({ refusedNegative: fixed ? null : refusedNegative }),
    [store, fixed],
  );
  return (
    <fieldset
      className="plain-fieldset"
      disabled={fixed}
      aria-label="Guidance"
      aria-describedby={fixed ? REASON_ID : undefined}
    >
      {fixed && (
        <p id={REASON_ID} className="note">
          Guidance was distilled into the student, so its scale and the negative prompt are the teacher’s
          only.
        </p>
      )}
      <NumberField
        label="Guidance scale"
        value={model.guidance}
        fallback={IMAGE_DEFAULTS.model.guidance}
        slider={{ min: 0, max: 8, step: 0.25 }}
        help={<HelpTip term="guidance" />}
        onTry={(guidance) => put({ guidance }, "model.guidance")}
      />
      <PromptField
        label="Negative prompt"
        value={model.negative}
        fallback={IMAGE_DEFAULTS.model.negative}
        placeholder="Empty: away from images without a prompt"
        clash={(negative) => clashOf(model.prompt, negative)}
        against={model.prompt}
        onRefused={onRefused}
        onTry={(negative) => put({ negative }, "model.negative")}
      />
    </fieldset>
  );
}
