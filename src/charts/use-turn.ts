import { createContext, useContext, useEffect, useRef, useState, type RefObject } from "react";
import type { DrawQueue } from "./draw-queue.ts";

/** The queue of the page; without one everything draws at once. */
export const DrawQueueContext = createContext<DrawQueue | null>(null);

/**
 * `newest` as of this component's last turn, or null before its first: at most one component of the page has its turn in a
 * frame. While `seen` is false it asks for no turn but the first. `newest` must keep its identity between draws.
 */
export function useTurn<T>(newest: T, seen = true): T | null {
  const queue = useContext(DrawQueueContext);
  const [drawn, setDrawn] = useState<{ readonly value: T } | null>(null);
  const done = drawn !== null && (!seen || Object.is(drawn.value, newest));
  const latest = useRef(newest);
  useEffect(() => {
    latest.current = newest;
  }, [newest]);
  // Data that change while it waits must not cost this component its place, or the last in line would never have a turn.
  useEffect(() => {
    if (queue === null || done) return;
    return queue.ask(() => setDrawn({ value: latest.current }));
  }, [queue, done, drawn]);
  if (queue === null) return newest;
  return drawn === null ? null : drawn.value;
}

/** How many of `count` parts of a first drawing may be on the screen: one more in every turn. */
export function useParts(count: number): number {
  const queue = useContext(DrawQueueContext);
  const [parts, setParts] = useState(1);
  useEffect(() => {
    if (queue === null || parts >= count) return;
    return queue.ask(() => setParts(parts + 1));
  }, [queue, parts, count]);
  return queue === null ? count : parts;
}

/** Room around the window in which things are drawn before they come into view, CSS px. */
const NEAR = 200;

/** True while the element is in the window, or nearly. */
export function useInView(ref: RefObject<Element | null>): boolean {
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (ref.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => setInView(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: `${NEAR}px` },
    );
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return inView;
}
