/** Relative size of a negative pivot that is still taken for rounding of a singular covariance. */
const PIVOT_TOLERANCE = 1e-12;

/**
 * Is a symmetric matrix [d][d] positive semi-definite, within rounding? Singular matrices are.
 * Cholesky with diagonal pivoting; the remaining block is checked where pivots vanish.
 */
export function isPositiveSemiDefinite(matrix: readonly (readonly number[])[]): boolean {
  const a = matrix.map((row) => [...row]);
  const d = a.length;
  const at = (i: number, j: number) => a[i]?.[j] ?? 0;
  const scale = Math.max(...a.map((_, i) => Math.abs(at(i, i))), 0);
  const tiny = PIVOT_TOLERANCE * scale;
  const left = new Set(a.keys());
  while (left.size > 0) {
    const pivot = [...left].reduce((best, i) => (at(i, i) > at(best, best) ? i : best));
    const p = at(pivot, pivot);
    if (p < -tiny) return false;
    if (p <= tiny) return [...left].every((i) => at(i, i) >= -tiny && offDiagonalVanishes(i, left, at, tiny));
    left.delete(pivot);
    for (const i of left) {
      const row = a[i];
      if (row === undefined) continue;
      for (const j of left) row[j] = at(i, j) - (at(i, pivot) * at(pivot, j)) / p;
    }
  }
  return d > 0;
}

/** |a_ij| <= sqrt(a_ii a_jj) must hold; on vanishing pivots only rounding may remain off the diagonal. */
function offDiagonalVanishes(
  i: number,
  left: ReadonlySet<number>,
  at: (i: number, j: number) => number,
  tiny: number,
): boolean {
  return [...left].every(
    (j) => i === j || Math.abs(at(i, j)) <= Math.sqrt(Math.max(at(i, i), 0) * Math.max(at(j, j), 0)) + tiny,
  );
}

/** First pair [i, j] at which a square matrix is not symmetric beyond rounding, or null. */
export function asymmetry(matrix: readonly (readonly number[])[]): readonly [number, number] | null {
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j < i; j++) {
      const above = matrix[j]?.[i] ?? 0;
      const below = row[j] ?? 0;
      if (Math.abs(above - below) > 1e-9 * Math.max(Math.abs(above), Math.abs(below), 1e-300)) return [i, j];
    }
  }
  return null;
}
