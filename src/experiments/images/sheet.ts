/** A row of the grid as one picture. */
import { IMAGE_SIDE, IMAGE_SIZE } from "../../engine/image-engine.ts";
import type { GridRow } from "./grid.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGB bytes [height, width, 3]. */
  readonly data: Uint8Array;
  readonly channels: 3;
}

const GAP = 2;

/** The finished images side by side in a square, grey between them. */
export function contactSheet({ states }: Pick<GridRow, "states">, tiles: number): Picture {
  const columns = Math.ceil(Math.sqrt(tiles));
  const rows = Math.ceil(tiles / columns);
  const pitch = IMAGE_SIDE + GAP;
  const [width, height] = [columns * pitch + GAP, rows * pitch + GAP];
  const data = new Uint8Array(3 * width * height).fill(128);
  const images = states.subarray(states.length - tiles * IMAGE_SIZE);
  const plane = IMAGE_SIDE * IMAGE_SIDE;
  for (let i = 0; i < tiles; i++) {
    const top = GAP + pitch * Math.floor(i / columns);
    const left = GAP + pitch * (i % columns);
    for (let p = 0; p < plane; p++) {
      const to = 3 * ((top + Math.floor(p / IMAGE_SIDE)) * width + left + (p % IMAGE_SIDE));
      for (let c = 0; c < 3; c++) data[to + c] = byteOf(images[i * IMAGE_SIZE + c * plane + p]);
    }
  }
  return { width, height, data, channels: 3 };
}

function byteOf(value = NaN): number {
  return Math.round(255 * Math.min(1, Math.max(0, (value + 1) / 2)));
}
