/** A choice among a few, as a native list. */
import { useId, useState, type ReactNode } from "react";
import { Field, messageId } from "./Field.tsx";

export interface SelectFieldProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly help?: ReactNode;
  readonly onTry: (value: T) => string | null;
}

/** The field. A refused choice goes back to the present one and says why. */
export function SelectField<T extends string>({ label, value, options, help, onTry }: SelectFieldProps<T>) {
  const id = useId();
  const [refused, setRefused] = useState<{ readonly at: T; readonly error: string } | null>(null);
  const error = refused?.at === value ? refused.error : null;
  return (
    <Field inputId={id} label={label} help={help} error={error}>
      <select
        id={id}
        value={value}
        aria-describedby={messageId(id)}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen === undefined) return;
          const message = onTry(chosen.value);
          setRefused(message === null ? null : { at: value, error: message });
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Field>
  );
}
