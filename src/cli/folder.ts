/** The folder of `--out`: its files are written whole or not at all, and what goes wrong is told in the reader's terms. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes files by name ("cells/1.json" makes the folder) into `out`. */
export async function writeFiles(
  out: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  try {
    for (const [name, content] of Object.entries(files)) await writeWhole(join(out, name), content);
  } catch (error) {
    const { code = "no code" } = error as NodeJS.ErrnoException;
    const why = FAULTS[code] ?? (error as Error).message;
    throw new Error(
      `--out: must be a folder that can be written, got ${JSON.stringify(out)}: ${why} (${code}); choose another`,
      { cause: error },
    );
  }
}

/** A file's bytes, or null where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return null;
  }
}

/** The text of a file, or null where there is none. */
export async function readTextIfThere(path: string): Promise<string | null> {
  const bytes = await readIfThere(path);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** A kill between the two steps leaves the old file or none, never half of one. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOTDIR: "a part of it is a file",
  EEXIST: "it is a file",
  EACCES: "it may not be written",
  EROFS: "its disk is read-only",
  ENOSPC: "its disk is full",
};
