/** A list of numbers, typed with commas. */
import { useId, type ReactNode } from "react";
import { FieldMessage, messageId, ResetButton } from "./Field.tsx";
import { numberText, parseNumberList } from "./parse-number.ts";
import { useDraft } from "./use-draft.ts";

export interface NumberListFieldProps {
  readonly label: string;
  readonly values: readonly number[];
  readonly fallback: readonly number[];
  readonly help?: ReactNode;
  readonly onTry: (values: readonly number[]) => string | null;
}

/** Numbers as comma-separated text. */
export function listText(values: readonly number[]): string {
  return values.map(numberText).join(", ");
}

/** Label, reset, and the list in full width below. */
export function NumberListField({ label, values, fallback, help, onTry }: NumberListFieldProps) {
  const id = useId();
  const draft = useDraft(listText(values), label);
  const take = (text: string) => {
    const parsed = parseNumberList(text);
    return "wrong" in parsed
      ? `“${parsed.wrong}” is not a number; separate numbers by commas.`
      : onTry(parsed.values);
  };
  return (
    <div className={draft.error === null ? "field" : "field field-wrong"}>
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {help}
        <span className="field-controls">
          <ResetButton
            name={label}
            disabled={listText(values) === listText(fallback) && draft.error === null}
            onReset={() => {
              draft.drop();
              onTry(fallback);
            }}
          />
        </span>
      </div>
      <input
        id={id}
        className="list-input"
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={draft.error !== null}
        aria-describedby={messageId(id)}
        value={draft.text}
        onChange={(event) => draft.type(event.target.value, take)}
        onBlur={draft.settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") draft.settle();
          if (event.key === "Escape") draft.drop();
        }}
      />
      <FieldMessage inputId={id} error={draft.error} />
    </div>
  );
}
