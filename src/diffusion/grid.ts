/** Time grids of samplers: N + 1 times from t[0] = T (noise) down to t[N] = 0 (data). */
import type { Process } from "./process.ts";

/** Parameters of a grid, as in the specification. u = 1 - k/N. */
export type GridParameters =
  | { readonly kind: "uniform" }
  | { readonly kind: "power"; readonly power: number }
  | { readonly kind: "edm"; readonly rho: number; readonly min: number }
  | { readonly kind: "log-snr"; readonly min: number };

/**
 * Times t[0..N], strictly decreasing, t[0] = T and t[N] = 0.
 *
 * uniform  t[k] = T u;  power  t[k] = T u^power
 * edm      t[k]^(1/rho) linear from T to min for k < N [Karras22]
 * log-snr  log-SNR linear from T to min for k < N. Where the signal at T is 0, log-SNR has no lower end there, and
 *          the linear part starts at 0.999 T instead (t[0] stays T)
 *
 * Throws RangeError where two times would coincide or min is not in (0, T).
 */
export function createGrid(grid: GridParameters, process: Process, steps: number): Float64Array {
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new RangeError(`grid: N must be a whole number of at least 1, got ${steps}; choose N >= 1`);
  const time = gridRule(grid, process, steps);
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => time(k));
  times[0] = process.T;
  times[steps] = 0;
  for (let k = 0; k < steps; k++) {
    const [t = NaN, s = NaN] = times.subarray(k, k + 2);
    if (!(t > s))
      throw new RangeError(
        `grid ${grid.kind}: times must fall strictly, got t[${k}] = ${t} and t[${k + 1}] = ${s}; use fewer steps or a milder grid`,
      );
  }
  return times;
}

function gridRule(grid: GridParameters, process: Process, steps: number): (k: number) => number {
  const { T } = process;
  const share = (k: number): number => (steps > 1 ? k / (steps - 1) : 0);
  switch (grid.kind) {
    case "uniform":
      return (k) => (T * (steps - k)) / steps;
    case "power":
      return (k) => T * ((steps - k) / steps) ** grid.power;
    case "edm": {
      requireMin(grid, T);
      const first = T ** (1 / grid.rho);
      const last = grid.min ** (1 / grid.rho);
      return (k) => (first + share(k) * (last - first)) ** grid.rho;
    }
    case "log-snr": {
      requireMin(grid, T);
      const atEnd = process.logSnr(T);
      const first = Number.isFinite(atEnd) ? atEnd : process.logSnr(0.999 * T);
      const last = process.logSnr(grid.min);
      return (k) => process.timeAtLogSnr(first + share(k) * (last - first));
    }
  }
}

function requireMin(grid: { readonly kind: string; readonly min: number }, T: number): void {
  if (!(grid.min > 0 && grid.min < T))
    throw new RangeError(
      `grid ${grid.kind}: min must lie between 0 and T = ${T}, got ${grid.min}; choose a smaller min`,
    );
}
