/** A prompt as free text, with what was understood of it. A text that is not understood stays, and the last good one counts. */
import { useEffect, useEffectEvent, useId, useRef } from "react";
import { parsePrompt, type ParsedPrompt } from "../../../prompt/parse.ts";
import type { PromptProblem } from "../../../prompt/problem.ts";
import { FieldMessage, messageId, ResetButton } from "../../fields/Field.tsx";
import { useDraft } from "../../fields/use-draft.ts";
import { markedPieces, problemWords, replacedText } from "./prompt-edits.ts";

export interface PromptFieldProps {
  readonly label: string;
  readonly value: string;
  readonly fallback: string;
  /** What an empty text means. */
  readonly placeholder: string;
  /** Tries a text that the parser understood; returns what else is wrong, or null. */
  readonly onTry: (text: string) => string | null;
  /** What the other prompt has against a text that the parser understood, or null. */
  readonly clash?: (text: string) => string | null;
  /** The other prompt, or why it does not count: when it changes, a refused text is tried again. */
  readonly against?: string | null;
  /** Told the text while it has mistakes, and null when it has none (again). Must not change between draws. */
  readonly onRefused?: (text: string | null) => void;
}

/** Label, reset, the text with marks under its words, and the problems with a button for each suggestion. */
export function PromptField({
  label,
  value,
  fallback,
  placeholder,
  onTry,
  clash,
  against = null,
  onRefused,
}: PromptFieldProps) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(value);
  const parsed = parsePrompt(draft.text);
  const take = (text: string) => refusal(parsePrompt(text)) ?? clash?.(text) ?? onTry(text);
  const type = (text: string) => draft.type(text.replaceAll(/[\r\n]+/g, " "), take);
  const wrong = draft.error !== null;
  const retry = useEffectEvent(() => {
    if (wrong) type(draft.text);
  });
  useEffect(() => retry(), [against]);
  const refused = wrong ? draft.text : null;
  useEffect(() => {
    onRefused?.(refused);
    return () => onRefused?.(null);
  }, [onRefused, refused]);
  return (
    <div className={wrong ? "field field-wrong" : "field"}>
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        <span className="field-controls">
          <ResetButton
            name={label}
            disabled={value === fallback && !wrong}
            onReset={() => {
              draft.drop();
              onTry(fallback);
            }}
          />
        </span>
      </div>
      <div className="prompt-box">
        <div className="prompt-mirror" aria-hidden="true">
          {markedPieces(draft.text, parsed.problems, parsed.notes).map(({ text, mark }, i) => (
            <span key={i} className={mark === "none" ? undefined : `prompt-${mark}`}>
              {text}
            </span>
          ))}{" "}
        </div>
        <textarea
          ref={box}
          id={id}
          className="prompt-input"
          rows={2}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          placeholder={placeholder}
          aria-invalid={wrong}
          aria-describedby={messageId(id)}
          value={draft.text}
          onChange={(event) => type(event.target.value)}
          onBlur={draft.settle}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              draft.settle();
            }
            if (event.key === "Escape") draft.drop();
          }}
        />
      </div>
      {parsed.problems.length > 0 ? (
        <PromptProblems
          id={messageId(id)}
          text={draft.text}
          problems={parsed.problems}
          onUse={(problem, suggestion) => {
            type(replacedText(draft.text, problem, suggestion));
            box.current?.focus();
          }}
        />
      ) : (
        <FieldMessage inputId={id} error={draft.error} />
      )}
      {parsed.notes.map(({ message }) => (
        <p key={message} className="note">
          {message}
        </p>
      ))}
    </div>
  );
}

/** The first thing the parser could not accept, or null. */
function refusal({ problems }: ParsedPrompt): string | null {
  return problems[0]?.message ?? null;
}

function PromptProblems(props: {
  readonly id: string;
  readonly text: string;
  readonly problems: readonly PromptProblem[];
  readonly onUse: (problem: PromptProblem, suggestion: string) => void;
}) {
  return (
    <div id={props.id} role="status">
      <ul className="prompt-problems">
        {props.problems.map((problem) => (
          <li key={`${problem.start} ${problem.message}`}>
            <span className="error-text">{problemWords(props.text, problem)}</span>
            {problem.suggestions.map((suggestion) => (
              <button
                key={suggestion}
                type="button"
                className="chip"
                aria-label={`Write “${suggestion}” instead`}
                onClick={() => props.onUse(problem, suggestion)}
              >
                {suggestion}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
