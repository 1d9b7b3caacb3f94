/** Frames that come when the test says so, for queues of drawing. */
export function frames() {
  const asked: (() => void)[] = [];
  return {
    next: (work: () => void) => void asked.push(work),
    come: () => asked.splice(0).forEach((work) => work()),
    asked: () => asked.length,
  };
}
