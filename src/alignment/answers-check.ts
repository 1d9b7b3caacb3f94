/** Compares what two networks answer to the same questions. */

/** Numbers by what they answer: "prediction", "gradient". */
export type NamedAnswers = ReadonlyMap<string, Float64Array>;

/** What is off by more than `same` of the norm of what is expected, in a few words; null if nothing is. */
export function differenceOf(got: NamedAnswers, expected: NamedAnswers, same: number): string | null {
  for (const [what, row] of expected) {
    const miss = distance(got.get(what), row);
    if (!(miss <= same)) return `its ${what} is off by ${miss.toPrecision(2)}`;
  }
  return null;
}

/** |got - expected| relative to |expected|; NaN where something is missing. */
function distance(got: Float64Array | undefined, expected: Float64Array): number {
  const norm = (row: Float64Array) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return norm(expected.map((value, i) => value - (got?.[i] ?? NaN))) / norm(expected);
}
