/** Known words near a mistyped one. */
import { SUGGESTED_WORDS } from "./lexicon.ts";

/** Longer words are no slips of the finger, and would only cost time. */
const LONGEST = 20;
const MOST = 3;

/** Up to 3 known words, nearest first, within one slip per three letters; a swap of neighbours is one slip. */
export function suggestWords(word: string): readonly string[] {
  const sought = word.toLowerCase();
  if (sought.length < 2 || sought.length > LONGEST) return [];
  const allowed = Math.ceil(sought.length / 3);
  return SUGGESTED_WORDS.map((candidate) => ({ candidate, distance: slips(sought, candidate, allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. */
function slips(a: string, b: string, allowed: number): number {
  if (Math.abs(a.length - b.length) > allowed) return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (before[j - 2] ?? 0) + 1
          : Infinity;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? Infinity;
}
