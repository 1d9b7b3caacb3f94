/** News on the way, no more of it than anybody can see. */

/** Passes a share done on at most once per `ms`; what comes sooner is dropped, since a later one says more. */
export function thinned(
  ms: number,
  tell: (done: number) => void,
  now: () => number = () => performance.now(),
): (done: number) => void {
  let last = -Infinity;
  return (done) => {
    const at = now();
    if (at - last < ms) return;
    last = at;
    tell(done);
  };
}
