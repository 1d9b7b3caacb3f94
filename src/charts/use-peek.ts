import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

const SHOW_MS = 350;
const HIDE_MS = 200;

export interface Peek {
  /** What is peeked at, or null. */
  readonly id: string | null;
  readonly show: (id: string) => void;
  readonly hide: () => void;
  /** The pointer is on what is shown, so it stays. */
  readonly keep: () => void;
  readonly close: () => void;
  /** Escape closes. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A look at something on hover or focus: opens after a moment, stays while the pointer is on it, goes away on Escape. */
export function usePeek(): Peek {
  const [id, setId] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const later = useCallback((ms: number, next: string | null) => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(() => setId(next), ms);
  }, []);
  const stop = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
  }, []);
  useEffect(() => stop, [stop]);
  return useMemo(() => {
    const close = () => {
      stop();
      setId(null);
    };
    return {
      id,
      show: (next) => later(SHOW_MS, next),
      hide: () => later(HIDE_MS, null),
      keep: stop,
      close,
      onKeyDown: (event) => {
        if (event.key === "Escape") close();
      },
    };
  }, [id, later, stop]);
}
