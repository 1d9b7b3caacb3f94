/** Every field name a specification or a link may hold, for "did you mean". */
const FIELD_NAMES = [
  ..."version model process sampler reward target evaluation kind mean cov components weight shape noise".split(
    " ",
  ),
  ..."name points count maxComponents variance variances correlation T beta min max value offset theta".split(
    " ",
  ),
  ..."eta steps grid schedule power rho start size weights center matrix bumps width height radius text".split(
    " ",
  ),
  ..."klWeight etaTrain etas particles seed horizons klWeights etasTrain file".split(" "),
];

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
