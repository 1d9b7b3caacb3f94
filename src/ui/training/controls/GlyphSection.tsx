/** The glyph model: which of its two networks, and the prompts that it is trained on. */
import { useState } from "react";
import { IMAGE_TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import { IMAGE_TRAINING_LIMITS } from "../../../spec/training/limits.ts";
import type { GlyphPolicySpec } from "../../../spec/training/types.ts";
import { SelectField } from "../../fields/SelectField.tsx";
import { Icon } from "../../Icon.tsx";
import { PromptChips } from "../../images/controls/PromptChips.tsx";
import { PromptField } from "../../images/controls/PromptField.tsx";
import { useGlyphs, useGlyphsPropose } from "../training-context.ts";
import { addedPrompt } from "./prompt-list.ts";
import { TrainingSection } from "./TrainingSection.tsx";

const WEIGHTS = [
  { value: "student", text: "Distilled student" },
  { value: "teacher", text: "Teacher" },
] as const;

type Put = (part: Partial<GlyphPolicySpec>, field: string) => string | null;

/** Section "Glyph model". */
export function GlyphSection() {
  const { weights, prompts } = useGlyphs((spec) => spec.model);
  const propose = useGlyphsPropose();
  const put: Put = (part, field) =>
    propose((spec) => ({ ...spec, model: { ...spec.model, ...part } }), field);
  return (
    <TrainingSection
      id="glyphs"
      title="Glyph model"
      digest={prompts.length === 1 ? (prompts[0] ?? "") : `${prompts.length} prompts`}
      openAtFirst
    >
      <SelectField
        label="Network"
        value={weights}
        options={WEIGHTS}
        onTry={(next) => put({ weights: next }, "model.weights")}
      />
      <p className="note">
        {weights === "student"
          ? "Draws in 1 to 8 steps, with guidance built in."
          : "Needs some 16 steps and more, and is trained without guidance."}
      </p>
      <Prompts prompts={prompts} put={put} />
    </TrainingSection>
  );
}

/** Every prompt as text; the one that was last clicked also by chips. */
function Prompts({ prompts, put }: { readonly prompts: readonly string[]; readonly put: Put }) {
  const [reached, setReached] = useState(0);
  const [message, setMessage] = useState<string | null>(null);
  const at = Math.min(reached, prompts.length - 1);
  const one = prompts.length === 1;
  const standard = IMAGE_TRAINING_DEFAULTS.model.prompts;
  const replace = (i: number, text: string) =>
    put({ prompts: prompts.map((old, j) => (j === i ? text : old)) }, `model.prompts[${i}]`);
  const change = (next: readonly string[]) => setMessage(put({ prompts: next }, "model.prompts"));
  return (
    <>
      {prompts.map((prompt, i) => (
        <div key={i} className="training-prompt" onFocus={() => setReached(i)}>
          <PromptField
            label={one ? "Prompt" : `Prompt ${i + 1}`}
            value={prompt}
            fallback={standard[i] ?? standard[0] ?? ""}
            placeholder="Anything. Try: bold italic red serif A on yellow"
            onTry={(text) => replace(i, text)}
          />
          {!one && (
            <button type="button" className="button small" onClick={() => change(prompts.toSpliced(i, 1))}>
              <Icon name="minus" /> Remove prompt {i + 1}
            </button>
          )}
        </div>
      ))}
      {prompts.length < IMAGE_TRAINING_LIMITS.prompts.max && (
        <div className="row">
          <button
            type="button"
            className="button small"
            onClick={() => change([...prompts, addedPrompt(prompts)])}
          >
            <Icon name="plus" /> Add a prompt
          </button>
        </div>
      )}
      <p className="note error-text" role="status">
        {message}
      </p>
      <details className="options">
        <summary>{one ? "Prompt by attributes" : `Prompt ${at + 1} by attributes`}</summary>
        <PromptChips prompt={prompts[at] ?? ""} onTry={(text) => replace(at, text)} />
      </details>
    </>
  );
}
