/** The checkpoint of the cell under way: one file in the folder of `--out`, removed when the cell is finished. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { CellProgress, TrainingCell } from "../experiments/training/cells.ts";
import { readIfThere, writeFiles } from "./folder.ts";

export interface CellCheckpoint {
  /** What an earlier run of the cell left; null if it left nothing. Rejects where the file is damaged or another cell's. */
  read(): Promise<CellProgress | null>;
  /** Puts this checkpoint in place of the one before, after those that are being written. */
  readonly write: (progress: CellProgress) => void;
  /** Resolves when all is written. Rejects where the folder cannot be written. */
  readonly written: () => Promise<void>;
  remove(): Promise<void>;
}

/** Changes whenever `CellProgress` does: what another version left is begun anew. */
const FORMAT = 1;

/** The file running/KEY.checkpoint of `out`. */
export function cellCheckpoint(out: string, { key }: TrainingCell): CellCheckpoint {
  const name = `running/${key}.checkpoint`;
  let writing = Promise.resolve();
  return {
    read: async () => {
      const bytes = await readIfThere(join(out, name));
      if (bytes === null) return null;
      const { format, progress } = stored(bytes, name);
      if (format !== FORMAT) return null;
      if (progress.key !== key)
        throw new Error(
          `${name}: must hold the cell of its name, got ${progress.key}; remove the file to run it again`,
        );
      return progress;
    },
    write: (progress) => {
      // Made into bytes at once: what the engine goes on with may change it.
      const bytes = new Uint8Array(serialize({ format: FORMAT, progress }));
      writing = writing.then(() => writeFiles(out, { [name]: bytes }));
      // A failure is told by `written`.
      writing.catch(() => undefined);
    },
    written: () => writing,
    remove: () => rm(join(out, name), { force: true }),
  };
}

function stored(
  bytes: Uint8Array,
  name: string,
): { readonly format: number; readonly progress: CellProgress } {
  try {
    return deserialize(bytes) as ReturnType<typeof stored>;
  } catch (error) {
    throw new Error(
      `${name}: must be a checkpoint, got ${bytes.length} bytes of something else; remove the file to begin its training anew`,
      { cause: error },
    );
  }
}
