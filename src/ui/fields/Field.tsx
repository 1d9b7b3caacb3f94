/** The frame of a control: label, help, the control itself, and its message. */
import type { ReactNode } from "react";
import { Icon } from "../Icon.tsx";

export interface FieldProps {
  /** Id of the input that the label names. */
  readonly inputId: string;
  readonly label: ReactNode;
  readonly help?: ReactNode;
  /** Right of the label: the input, its reset button. */
  readonly children: ReactNode;
  /** Below, in full width: a slider, a strip. */
  readonly below?: ReactNode;
  readonly error: string | null;
}

/** Message ids follow the input's, for aria-describedby. */
export function messageId(inputId: string): string {
  return `${inputId}-message`;
}

/** A labelled control. */
export function Field({ inputId, label, help, children, below, error }: FieldProps) {
  return (
    <div className={error === null ? "field" : "field field-wrong"}>
      <div className="field-head">
        <label htmlFor={inputId}>{label}</label>
        {help}
        <span className="field-controls">{children}</span>
      </div>
      {below}
      <FieldMessage inputId={inputId} error={error} />
    </div>
  );
}

/** What is wrong, announced when it appears. */
export function FieldMessage({
  inputId,
  error,
}: {
  readonly inputId: string;
  readonly error: string | null;
}) {
  return (
    <p id={messageId(inputId)} className="field-message" role="status">
      {error !== null && (
        <>
          <Icon name="warning" /> {error}
        </>
      )}
    </p>
  );
}

/** Puts a field back to its default. */
export function ResetButton(props: {
  readonly name: string;
  readonly disabled: boolean;
  readonly onReset: () => void;
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Reset ${props.name}`}
      title={`Reset ${props.name}`}
      disabled={props.disabled}
      onClick={props.onReset}
    >
      <Icon name="reset" />
    </button>
  );
}
