/** The prompt: as text, and examples from poor to rich. Always in sight, on phones too. */
import { useCallback } from "react";
import { parsePrompt } from "../../../prompt/parse.ts";
import { saidSlots, SLOT_NAMES } from "../../../prompt/slots.ts";
import { IMAGE_DEFAULTS } from "../../../spec/images/limits.ts";
import { SelectField } from "../../fields/SelectField.tsx";
import { HelpTip } from "../../HelpTip.tsx";
import { useImagePropose, useImages, useImageStore } from "../image-context.ts";
import { ImageSection } from "./ImageSection.tsx";
import { PROMPT_EXAMPLES } from "./prompt-examples.ts";
import { PromptChips } from "./PromptChips.tsx";
import { clashOf } from "./prompt-edits.ts";
import { PromptField } from "./PromptField.tsx";

/** Tries a new prompt. */
function usePutPrompt(): (prompt: string) => string | null {
  const propose = useImagePropose();
  return (prompt) => propose((spec) => ({ ...spec, model: { ...spec.model, prompt } }), "model.prompt");
}

/** The same for buttons, which have no place for a refusal: it is told as a notice. */
function usePickPrompt(): (prompt: string) => string | null {
  const put = usePutPrompt();
  const store = useImageStore();
  return (prompt) => {
    const { spec, notify } = store.getState();
    const { weights, negative } = spec.model;
    const clash = weights === "student" ? null : clashOf(prompt, negative);
    if (clash === null) return put(prompt);
    notify({ id: "prompt-clash", tone: "error", text: clash });
    return clash;
  };
}

/** The text box and the examples. */
export function PromptSection() {
  const { prompt, negative, weights } = useImages((state) => state.spec.model);
  const put = usePutPrompt();
  const pick = usePickPrompt();
  const avoided = weights === "student" ? "" : negative;
  const store = useImageStore();
  const onRefused = useCallback(
    (refusedPrompt: string | null) => store.getState().set({ refusedPrompt }),
    [store],
  );
  return (
    <div className="prompt-section">
      <PromptField
        label="Prompt"
        value={prompt}
        fallback={IMAGE_DEFAULTS.model.prompt}
        placeholder="Anything. Try: bold italic red serif A on yellow"
        clash={(text) => clashOf(text, avoided)}
        against={avoided}
        onTry={put}
        onRefused={onRefused}
      />
      <div className="row" role="group" aria-label="Example prompts, by number of attributes">
        <span className="note" aria-hidden="true">
          Poor to rich
        </span>
        {PROMPT_EXAMPLES.map(({ attributes, text }) => (
          <button
            key={attributes}
            type="button"
            className="chip"
            aria-label={`Example with ${attributes} ${attributes === 1 ? "attribute" : "attributes"}: ${text}`}
            title={text}
            aria-pressed={prompt === text}
            onClick={() => pick(text)}
          >
            {attributes}
          </button>
        ))}
      </div>
    </div>
  );
}

const COMPLETION_WORDS = [
  { value: "network", text: "the network decides" },
  { value: "drawn", text: "drawn for each image" },
] as const;

/** The same prompt by chips, in a group that folds, and who fills in the rest. */
export function AttributesSection() {
  const { prompt, completion } = useImages((state) => state.spec.model);
  const propose = useImagePropose();
  const said = saidSlots(parsePrompt(prompt).tokens).length;
  const open = SLOT_NAMES.length - said;
  return (
    <ImageSection title="Attributes" digest={`${said} of ${SLOT_NAMES.length} said`} openAtFirst>
      <PromptChips prompt={prompt} onTry={usePickPrompt()} />
      <SelectField
        label="Left open"
        value={completion}
        options={COMPLETION_WORDS}
        help={<HelpTip term="completion" />}
        onTry={(next) =>
          propose((spec) => ({ ...spec, model: { ...spec.model, completion: next } }), "model.completion")
        }
      />
      {completion === "drawn" && (
        <p className="note">
          {open === 0
            ? "This prompt leaves nothing open."
            : `Each image draws ${open === 1 ? "its open attribute" : `its ${open} open attributes`} as the training glyphs have them; rewards judge by your prompt.`}
        </p>
      )}
    </ImageSection>
  );
}
