import { useState } from "react";
import { useMistake } from "./mistakes.ts";

export interface Draft {
  /** What the field shows: the user's text while it is being edited or wrong, else the value's. */
  readonly text: string;
  readonly error: string | null;
  /** The user typed; `take` tries the text and returns what is wrong with it, or null. */
  readonly type: (text: string, take: (text: string) => string | null) => void;
  /** Editing is over: good text gives way to the value's own, wrong text stays. */
  readonly settle: () => void;
  /** Forgets the text and its error. */
  readonly drop: () => void;
}

interface Typed {
  readonly text: string;
  readonly error: string | null;
  /** The value's text when the draft was last taken or refused; if it changes, someone else edited. */
  readonly base: string;
}

/** Text of a field over a value that others may change too. A refused text is kept with its message, and the page is told of it by `name`. */
export function useDraft(valueText: string, name = "A field"): Draft {
  const [typed, setTyped] = useState<Typed | null>(null);
  const current = typed !== null && (typed.base === valueText || typed.text === valueText) ? typed : null;
  const good = typed !== null && typed.error === null ? typed : null;
  const shown = current ?? good;
  const error = current?.error ?? null;
  useMistake(name, error === null ? null : valueText);
  return {
    text: shown?.text ?? valueText,
    error,
    type: (text, take) => {
      const error = take(text);
      setTyped({ text, error, base: valueText });
    },
    settle: () => {
      if (typed?.error === null) setTyped(null);
    },
    drop: () => setTyped(null),
  };
}
