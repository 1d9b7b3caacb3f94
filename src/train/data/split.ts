/** Train, validation and held-out families. */
import { createHash } from "node:crypto";
import type { Family } from "./fontsource.ts";
import type { Rules } from "./rules.ts";

export type Split = "train" | "validation" | "heldOut";

/**
 * Split of each family. Within each category the families are ordered by the hash of their name; the first 12 % are held
 * out, the next 8 % validate (at least one each where there are three). Families with siblings (another cut of the same design) all train, so that no held-out
 * family has a sister among those seen.
 */
export function splitFamilies(families: readonly Family[], rules: Rules): ReadonlyMap<string, Split> {
  const siblings = new Set(rules.siblings.flat());
  const split = new Map<string, Split>(families.map(({ id }) => [id, "train"]));
  for (const category of new Set(families.map((family) => family.category))) {
    const all = families.filter((family) => family.category === category).map(({ id }) => id);
    const single = all.filter((id) => !siblings.has(id)).sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
    const share = (part: number): number => (all.length < 3 ? 0 : Math.max(1, Math.round(part * all.length)));
    const [heldOut, validation] = [share(rules.split.heldOut), share(rules.split.validation)];
    for (const id of single.slice(0, heldOut)) split.set(id, "heldOut");
    for (const id of single.slice(heldOut, heldOut + validation)) split.set(id, "validation");
  }
  return split;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
