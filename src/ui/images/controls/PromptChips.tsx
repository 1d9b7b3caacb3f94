/** The prompt by clicking: one group of chips per attribute. A chip that is on goes off again, and leaves the choice to the model. */
import { useId } from "react";
import { parsePrompt } from "../../../prompt/parse.ts";
import { COLOURS, SLOT_VALUES, type PromptTokens, type SlotName } from "../../../prompt/slots.ts";
import { FieldMessage, messageId } from "../../fields/Field.tsx";
import { useDraft } from "../../fields/use-draft.ts";
import { promptWith, toggledPrompt } from "./prompt-edits.ts";

interface ChipsProps {
  /** The present prompt, understood by the parser. */
  readonly prompt: string;
  readonly onTry: (text: string) => string | null;
}

const WORD_SLOTS = ["weight", "slant", "typeface"] as const;
const COLOUR_SLOTS = ["ink", "background"] as const;

const SLOT_WORDS: Readonly<Record<SlotName, string>> = {
  character: "Character",
  weight: "Weight",
  slant: "Slant",
  typeface: "Typeface",
  ink: "Ink",
  background: "Background",
};

/** All six groups. */
export function PromptChips({ prompt, onTry }: ChipsProps) {
  const { tokens } = parsePrompt(prompt);
  const toggle = (slot: SlotName) => (value: string) => void onTry(toggledPrompt(tokens, slot, value));
  return (
    <div className="prompt-chips" role="group" aria-label="Prompt by attributes">
      <CharacterField tokens={tokens} onTry={onTry} />
      {WORD_SLOTS.map((slot) => (
        <WordChips key={slot} slot={slot} value={tokens[slot]} onToggle={toggle(slot)} />
      ))}
      {COLOUR_SLOTS.map((slot) => (
        <ColourChips key={slot} slot={slot} value={tokens[slot]} onToggle={toggle(slot)} />
      ))}
    </div>
  );
}

function CharacterField({ tokens, onTry }: { tokens: PromptTokens; onTry: ChipsProps["onTry"] }) {
  const id = useId();
  const draft = useDraft(tokens.character ?? "");
  const take = (text: string) => {
    const character = text.trim();
    if (character === "") return onTry(promptWith(tokens, "character", null));
    return SLOT_VALUES.character.includes(character)
      ? onTry(promptWith(tokens, "character", character))
      : "One letter A to Z, a to z, or digit 0 to 9.";
  };
  return (
    <div className="chip-group">
      <label htmlFor={id}>{SLOT_WORDS.character}</label>
      <div className="row">
        <input
          id={id}
          className="character-input"
          type="text"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="any"
          aria-invalid={draft.error !== null}
          aria-describedby={messageId(id)}
          value={draft.text}
          onFocus={(event) => event.target.select()}
          onChange={(event) => draft.type(event.target.value, take)}
          onBlur={draft.settle}
          onKeyDown={(event) => {
            if (event.key === "Enter") draft.settle();
            if (event.key === "Escape") draft.drop();
          }}
        />
      </div>
      <FieldMessage inputId={id} error={draft.error} />
    </div>
  );
}

interface GroupProps {
  readonly slot: SlotName;
  readonly value: string | null;
  readonly onToggle: (value: string) => void;
}

function WordChips({ slot, value, onToggle }: GroupProps) {
  return (
    <div className="chip-group" role="group" aria-label={SLOT_WORDS[slot]}>
      <span aria-hidden="true">{SLOT_WORDS[slot]}</span>
      <div className="row">
        {SLOT_VALUES[slot].map((word) => (
          <button
            key={word}
            type="button"
            className="chip"
            aria-label={`${SLOT_WORDS[slot]} ${word}`}
            aria-pressed={word === value}
            onClick={() => onToggle(word)}
          >
            {word}
          </button>
        ))}
      </div>
    </div>
  );
}

function ColourChips({ slot, value, onToggle }: GroupProps) {
  return (
    <div className="chip-group" role="group" aria-label={SLOT_WORDS[slot]}>
      <span aria-hidden="true">
        {SLOT_WORDS[slot]} <span className="muted">{value ?? "any"}</span>
      </span>
      <div className="colour-chips">
        {SLOT_VALUES[slot].map((name) => (
          <button
            key={name}
            type="button"
            className="colour-chip"
            aria-label={`${SLOT_WORDS[slot]} ${name}`}
            title={name}
            aria-pressed={name === value}
            onClick={() => onToggle(name)}
          >
            <span style={{ backgroundColor: cssColour(name) }} />
          </button>
        ))}
      </div>
    </div>
  );
}

/** A named colour of the vocabulary for CSS. */
export function cssColour(name: string): string {
  const [red = 0, green = 0, blue = 0] = (COLOURS[name] ?? []).map((part) => Math.round(255 * part));
  return `rgb(${red} ${green} ${blue})`;
}
