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

/** News of a download at most once per `ms`, and that all bytes are there. */
export function thinnedBytes(
  ms: number,
  tell: (done: number, total: number, cached: boolean) => void,
  now?: () => number,
): (done: number, total: number, cached: boolean) => void {
  let newest: Parameters<typeof tell> = [0, 0, false];
  const some = thinned(ms, () => tell(...newest), now);
  return (...news) => {
    newest = news;
    const [done, total] = news;
    if (done >= total) tell(...news);
    else some(done);
  };
}
