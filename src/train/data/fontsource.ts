/**
 * Families of the registry packages `@fontsource/*`: class, weights, styles and licence come from each package's
 * metadata.json and from nowhere else. No label is read from a file's name.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rules } from "./rules.ts";

/** One drawable style of a family. */
export interface Style {
  /** Name of the package, "lato" for @fontsource/lato. */
  readonly family: string;
  readonly file: string;
  readonly cssWeight: number;
  /** Values of the prompt's slots; null where the metadata does not say. */
  readonly weight: string | null;
  readonly slant: string | null;
  readonly typeface: string;
}

export interface Family {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly category: string;
  readonly licence: string;
  readonly styles: readonly Style[];
}

interface Metadata {
  readonly family: string;
  readonly weights: readonly number[];
  readonly styles: readonly string[];
  readonly category: string;
  readonly license?: { readonly type?: string };
}

/**
 * The families below `folder` (a node_modules) in alphabetical order, or only those named. Families whose licence is not
 * listed in the rules are left out, and named in `refused`.
 */
export function readFamilies(
  folder: string,
  rules: Rules,
  only: readonly string[] | null,
): { readonly families: readonly Family[]; readonly refused: readonly string[] } {
  const root = join(folder, "@fontsource");
  const names = readdirSync(root).sort();
  const families: Family[] = [];
  const refused: string[] = [];
  for (const id of only === null ? names : names.filter((name) => only.includes(name))) {
    const metadata = readJson(join(root, id, "metadata.json")) as Metadata;
    const { version } = readJson(join(root, id, "package.json")) as { version: string };
    const licence = metadata.license?.type ?? "unknown";
    if (!rules.licences.includes(licence)) refused.push(`${id} (${licence})`);
    else {
      const styles = stylesOf(id, metadata, rules).filter(({ file }) => existsSync(join(root, file)));
      families.push({ id, name: metadata.family, version, category: metadata.category, licence, styles });
    }
  }
  return { families, refused };
}

/**
 * At most one style per weight name and slant: the CSS weight that the rules list first. A family with a single weight says
 * nothing on weight (its 400 is a formality, whether it looks thin or black), and upright handwriting without an italic
 * says nothing on slant.
 */
function stylesOf(id: string, metadata: Metadata, rules: Rules): Style[] {
  const typeface = rules.typefaces[metadata.category];
  if (typeface === undefined) return [];
  const unsaidWeight = metadata.weights.length === 1;
  const unsaidSlant = metadata.category === "handwriting" && !metadata.styles.includes("italic");
  return Object.entries(rules.weights).flatMap(([weight, preferred]) => {
    const cssWeight = preferred.find((w) => metadata.weights.includes(w));
    if (cssWeight === undefined) return [];
    return ["normal", "italic"]
      .filter((style) => metadata.styles.includes(style))
      .map((style) => ({
        family: id,
        file: `${id}/files/${id}-latin-${cssWeight}-${style}.woff`,
        cssWeight,
        weight: unsaidWeight ? null : weight,
        slant: style === "italic" ? "italic" : unsaidSlant ? null : "upright",
        typeface,
      }));
  });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
