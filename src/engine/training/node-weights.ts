/** Weights that ship, in Node: read from the project's folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ReadPointsFile } from "./shipped.ts";

/** Reads the files of `folder`, public/models/points of the project. */
export function readPointsFolder(folder: string): ReadPointsFile {
  return async (name) => new Uint8Array(await readFile(join(folder, name)));
}
