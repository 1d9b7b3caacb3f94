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

/** Least time of a run in ms: on the clock, and of this process on all cores, which neighbours hardly change. */
export interface LeastTimes {
  readonly ms: number;
  readonly cpuMs: number;
}

/** As leastMs, with the time on the CPU beside that on the clock. */
export async function leastTimes(
  runs: readonly (() => Promise<void>)[],
  rounds: number,
): Promise<readonly LeastTimes[]> {
  const cpu = runs.map(() => Infinity);
  const counted = runs.map((run, i) => {
    let calls = 0;
    return async () => {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      // The first call warms up.
      if (calls++ > 0) cpu[i] = Math.min(cpu[i] ?? Infinity, (user + system) / 1000);
    };
  });
  const wall = await leastMs(counted, rounds);
  return wall.map((ms, i) => ({ ms, cpuMs: cpu[i] ?? NaN }));
}
