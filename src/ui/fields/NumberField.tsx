/** A number: typed, dragged, reset. A wrong entry stays in the field with its message and leaves the spec alone. */
import { useId, type ReactNode } from "react";
import { Field, messageId, ResetButton } from "./Field.tsx";
import { numberFault, numberText, parseSingleNumber } from "./parse-number.ts";
import {
  fromPosition,
  keyDirection,
  nudged,
  sliderNudged,
  SLIDER_STEPS,
  toPosition,
  type SliderScale,
} from "./slider-scale.ts";
import { useDraft } from "./use-draft.ts";

export interface NumberFieldProps {
  readonly label: string;
  /** What the slider, number and reset are called together, if the label alone is not unique on the page. */
  readonly name?: string;
  readonly value: number;
  readonly fallback: number;
  readonly slider?: SliderScale;
  readonly help?: ReactNode;
  /** Tries a value; returns what is wrong, or null. */
  readonly onTry: (value: number) => string | null;
  /** More buttons after the reset. */
  readonly extra?: ReactNode;
}

/** Label, number, reset and (if given) slider. */
export function NumberField({
  label,
  name = label,
  value,
  fallback,
  slider,
  help,
  onTry,
  extra,
}: NumberFieldProps) {
  const id = useId();
  const draft = useDraft(numberText(value), name);
  const take = (text: string) => {
    const number = parseSingleNumber(text);
    return number === null ? numberFault(text, fallback) : onTry(number);
  };
  const attempt = (number: number) => {
    draft.drop();
    const error = onTry(number);
    if (error !== null) draft.type(numberText(number), () => error);
  };
  return (
    <Field
      inputId={id}
      label={label}
      help={help}
      error={draft.error}
      below={
        slider && (
          <input
            type="range"
            className="slider"
            aria-label={`${name}, slider`}
            aria-valuetext={numberText(value)}
            min={0}
            max={SLIDER_STEPS}
            step={sliderStep(slider)}
            value={toPosition(value, slider)}
            onChange={(event) => attempt(fromPosition(Number(event.target.value), slider))}
            onKeyDown={(event) => {
              const direction = keyDirection(event.key);
              // On a linear scale the browser's own step is one of the value.
              if (direction === 0 || slider.log !== true) return;
              event.preventDefault();
              attempt(sliderNudged(value, direction, slider));
            }}
          />
        )
      }
    >
      <input
        id={id}
        className="number-input"
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        aria-label={name}
        aria-invalid={draft.error !== null}
        aria-describedby={messageId(id)}
        value={draft.text}
        onChange={(event) => draft.type(event.target.value, take)}
        onBlur={draft.settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") draft.settle();
          if (event.key === "Escape") draft.drop();
          if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || !slider) return;
          event.preventDefault();
          attempt(nudged(value, keyDirection(event.key), slider));
        }}
      />
      <ResetButton
        name={name}
        disabled={value === fallback && draft.error === null}
        onReset={() => attempt(fallback)}
      />
      {extra}
    </Field>
  );
}

/** What dragging snaps to: a step of the value, or a hundredth of a logarithmic slider. */
function sliderStep({ min, max, log = false, step }: SliderScale): number {
  if (log || step === undefined) return SLIDER_STEPS / 100;
  return Math.max(1, (SLIDER_STEPS * step) / (max - min));
}
