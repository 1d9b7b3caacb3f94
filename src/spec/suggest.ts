/** Every field name, in the order in which a complete specification is written. */
export const FIELD_NAMES: readonly string[] = [
  ["version", "model", "process", "sampler", "reward", "target", "evaluation"],
  [
    "kind",
    "name",
    "file",
    "weight",
    "mean",
    "cov",
    "components",
    "points",
    "count",
    "maxComponents",
    "shape",
  ],
  ["variance", "variances", "correlation", "beta", "theta", "noise", "T", "min", "max", "value", "offset"],
  ["eta", "etas", "steps", "grid", "schedule", "power", "rho", "start", "size", "weights"],
  ["center", "matrix", "bumps", "radius", "width", "height", "text", "klWeight", "etaTrain"],
  ["particles", "seed", "horizons", "klWeights", "etasTrain"],
].flat();

/** The known name closest to a mistyped one, or null if none is near. */
export function suggestField(name: string, known: readonly string[] = FIELD_NAMES): string | null {
  if (name.length > 30) return null;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.ceil(name.length / 3))
    ? best.candidate
    : null;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replace = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
