/** Images that ship with the page: the finished images of the first view, shown until live ones are there. */
import { strFromU8, strToU8, unzlibSync, zlibSync } from "fflate";
import { IMAGE_REWARDS } from "../../spec/images/types.ts";
import type { ImageLabStore, ImageRow, ImageSamples } from "./state.ts";
import { imageSpecKey } from "./store.ts";

/** The part of samples that is stored: everything but pixels. */
interface Header {
  readonly version: 1;
  readonly samples: Omit<ImageSamples, "rows" | "stage"> & {
    readonly rows: readonly (Pick<ImageRow, "id" | "eta"> & {
      readonly rewards: Readonly<Record<string, readonly (number | null)[] | null>>;
    })[];
  };
}

const PIXELS = 32 * 32;

/** One compressed file: header length (u32, little endian), header as JSON, then RGB bytes [rows, tiles, 32, 32, 3]. */
export function packStored(samples: ImageSamples): Uint8Array {
  const { rows, stage: _, ...rest } = samples;
  const header: Header = {
    version: 1,
    samples: {
      ...rest,
      times: [rest.times.at(-1) ?? 0],
      rows: rows.map(({ id, eta, rewards }) => ({
        id,
        eta,
        rewards: Object.fromEntries(
          Object.entries(rewards).map(([kind, values]) => [kind, values === null ? null : [...values]]),
        ),
      })),
    },
  };
  const text = strToU8(JSON.stringify(header));
  const size = 3 * PIXELS * rest.tiles;
  const out = new Uint8Array(4 + text.length + rows.length * size);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 4);
  rows.forEach(({ states }, r) => {
    const last = states.subarray(states.length - 4 * PIXELS * rest.tiles);
    const to = out.subarray(4 + text.length + r * size);
    for (let p = 0; p < PIXELS * rest.tiles; p++) to.set(last.subarray(4 * p, 4 * p + 3), 3 * p);
  });
  return zlibSync(out, { level: 9 });
}

/** Samples of a stored file. Throws where it is damaged. */
export function unpackStored(file: Uint8Array): ImageSamples {
  const bytes = unzlibSync(file);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { samples } = JSON.parse(strFromU8(bytes.subarray(4, 4 + length))) as Header;
  const size = 3 * PIXELS * samples.tiles;
  const rows = samples.rows.map(({ id, eta, rewards }, r): ImageRow => {
    const from = bytes.subarray(4 + length + r * size, 4 + length + (r + 1) * size);
    if (from.length !== size)
      throw new RangeError(
        `stored images: must have ${size} bytes a row, got ${from.length}; build the lab again`,
      );
    const states = new Uint8ClampedArray(4 * PIXELS * samples.tiles).fill(255);
    for (let p = 0; p < PIXELS * samples.tiles; p++) states.set(from.subarray(3 * p, 3 * p + 3), 4 * p);
    const known = IMAGE_REWARDS.map((kind) => {
      const values = rewards[kind] ?? null;
      return [kind, values === null ? null : Float64Array.from(values, (value) => value ?? NaN)] as const;
    });
    return {
      id,
      eta,
      states,
      predictions: new Uint8ClampedArray(0),
      older: null,
      rewards: Object.fromEntries(known) as ImageRow["rewards"],
    };
  });
  const [ode, sde] = rows;
  if (ode === undefined || sde === undefined)
    throw new RangeError(`stored images: must have two rows, got ${rows.length}; build the lab again`);
  return { ...samples, stage: "stored", rows: [ode, sde] };
}

/** Shows stored samples if the page has none yet and is open at the specification they were made for. */
export function showStoredImages(store: ImageLabStore, samples: ImageSamples): void {
  const state = store.getState();
  if (state.samples === null && imageSpecKey(state.spec) === samples.specKey) store.setState({ samples });
}
