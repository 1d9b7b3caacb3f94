/** A number in a cell of a table or matrix: typed, no slider; its message goes to the table. */
import { numberFault, numberText, parseSingleNumber } from "./parse-number.ts";
import { useDraft } from "./use-draft.ts";

export interface CellInputProps {
  /** Full name: "Component 2, mean x". */
  readonly name: string;
  readonly value: number;
  readonly onTry: (value: number) => string | null;
  readonly onError: (message: string | null) => void;
}

/** The input. */
export function CellInput({ name, value, onTry, onError }: CellInputProps) {
  const draft = useDraft(numberText(value), name);
  const take = (text: string) => {
    const number = parseSingleNumber(text);
    const message = number === null ? numberFault(text) : onTry(number);
    onError(message === null ? null : `${name}: ${message}`);
    return message;
  };
  return (
    <input
      className="cell-input"
      type="text"
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      aria-label={name}
      aria-invalid={draft.error !== null}
      title={draft.error ?? undefined}
      value={draft.text}
      onChange={(event) => draft.type(event.target.value, take)}
      onBlur={draft.settle}
      onKeyDown={(event) => {
        if (event.key === "Enter") draft.settle();
        if (event.key === "Escape") {
          draft.drop();
          onError(null);
        }
      }}
    />
  );
}
