/** Timing on machines that are shared: the least of several runs, with the peers of a comparison taking turns. */

/** Least wall time of each run in ms, after one run to warm up. Runs take turns so that all see the same neighbours. */
export async function leastMs(runs: readonly (() => Promise<void>)[], rounds: number): Promise<number[]> {
  const best = runs.map(() => Infinity);
  for (let round = 0; round <= rounds; round++)
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      await run();
      const ms = performance.now() - start;
      if (round > 0) best[i] = Math.min(best[i] ?? Infinity, ms);
    }
  return best;
}
