/** Buttons to choose the engine. */
import type { EngineChoice } from "../lab/state.ts";

const CHOICES: readonly { readonly value: EngineChoice; readonly text: string }[] = [
  { value: "auto", text: "Automatic" },
  { value: "webgpu", text: "WebGPU" },
  { value: "cpu", text: "CPU" },
];

export interface EngineChoicesProps {
  readonly choice: EngineChoice;
  readonly onChoose: (choice: EngineChoice) => void;
}

/** One of them is pressed. */
export function EngineChoices({ choice, onChoose }: EngineChoicesProps) {
  return (
    <div className="row" role="group" aria-label="Choice of engine">
      {CHOICES.map(({ value, text }) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={choice === value}
          onClick={() => onChoose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
