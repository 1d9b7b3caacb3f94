/** Contour lines of a function known on a regular grid. */

/** Values at the nodes of a regular grid, first coordinate fastest: values[j * nx + i] at (x_i, y_j). */
export interface GridField {
  readonly nx: number;
  readonly ny: number;
  readonly lo: readonly [number, number];
  readonly hi: readonly [number, number];
  readonly values: Float32Array | Float64Array;
}

/** A contour: points x0, y0, x1, y1, ... in the coordinates of the grid; closed lines end where they began. */
export type ContourLine = readonly number[];

/**
 * Lines where the bilinear field equals `level`, by marching squares with linear interpolation on cell sides.
 * Saddles are resolved by the cell mean. Cells with a corner that is not finite are left out.
 */
export function contourLines(field: GridField, level: number): ContourLine[] {
  return chain(segments(field, level), field, level);
}

/** A segment joins two cell sides; a side is named by a number, the same from both cells that share it. */
interface Segment {
  readonly from: number;
  readonly to: number;
}

// Sides of a cell: 0 bottom, 1 right, 2 top, 3 left. Entry: pairs of sides by the mask of corners at or above the level,
// bit 0 bottom left, 1 bottom right, 2 top right, 3 top left.
const CASES: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];
const SADDLE_JOINED: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  5: [
    [3, 2],
    [1, 0],
  ],
  10: [
    [0, 3],
    [2, 1],
  ],
};
const SADDLE_APART: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  5: [
    [3, 0],
    [1, 2],
  ],
  10: [
    [0, 1],
    [2, 3],
  ],
};

function segments(field: GridField, level: number): Segment[] {
  const { nx, ny, values } = field;
  const found: Segment[] = [];
  for (let j = 0; j + 1 < ny; j += 1) {
    for (let i = 0; i + 1 < nx; i += 1) {
      const a = values[j * nx + i] ?? NaN;
      const b = values[j * nx + i + 1] ?? NaN;
      const c = values[(j + 1) * nx + i + 1] ?? NaN;
      const d = values[(j + 1) * nx + i] ?? NaN;
      if (!Number.isFinite(a + b + c + d)) continue;
      const mask = +(a >= level) | (+(b >= level) << 1) | (+(c >= level) << 2) | (+(d >= level) << 3);
      const saddle = (a + b + c + d) / 4 >= level ? SADDLE_JOINED : SADDLE_APART;
      for (const [from, to] of saddle[mask] ?? CASES[mask] ?? [])
        found.push({ from: sideId(nx, i, j, from), to: sideId(nx, i, j, to) });
    }
  }
  return found;
}

/** Horizontal side of node (i, j): 2 (j nx + i); vertical: 2 (j nx + i) + 1. */
function sideId(nx: number, i: number, j: number, side: number): number {
  if (side === 0) return 2 * (j * nx + i);
  if (side === 2) return 2 * ((j + 1) * nx + i);
  return side === 3 ? 2 * (j * nx + i) + 1 : 2 * (j * nx + i + 1) + 1;
}

/** Joins segments that share a side into lines; a side belongs to at most two segments. */
function chain(parts: readonly Segment[], field: GridField, level: number): ContourLine[] {
  const touching = new Map<number, number[]>();
  parts.forEach((part, index) => {
    for (const side of [part.from, part.to]) touching.set(side, [...(touching.get(side) ?? []), index]);
  });
  const used = new Uint8Array(parts.length);
  const follow = (start: number): number[] => {
    const sides: number[] = [];
    let side = start;
    for (;;) {
      const next = (touching.get(side) ?? []).find((index) => used[index] === 0);
      const part = next === undefined ? undefined : parts[next];
      if (next === undefined || part === undefined) return sides;
      used[next] = 1;
      side = part.from === side ? part.to : part.from;
      sides.push(side);
    }
  };
  const lines: ContourLine[] = [];
  parts.forEach((part, index) => {
    if (used[index] === 1) return;
    used[index] = 1;
    const ahead = follow(part.to);
    const behind = follow(part.from).reverse();
    lines.push([...behind, part.from, part.to, ...ahead].flatMap((side) => crossing(field, side, level)));
  });
  return lines;
}

function crossing(field: GridField, side: number, level: number): [number, number] {
  const { nx, ny, lo, hi, values } = field;
  const node = side >> 1;
  const vertical = (side & 1) === 1;
  const i = node % nx;
  const j = (node - i) / nx;
  const a = values[node] ?? 0;
  const b = values[vertical ? node + nx : node + 1] ?? 0;
  const share = a === b ? 0.5 : (level - a) / (b - a);
  const x = i + (vertical ? 0 : share);
  const y = j + (vertical ? share : 0);
  return [lo[0] + ((hi[0] - lo[0]) * x) / (nx - 1), lo[1] + ((hi[1] - lo[1]) * y) / (ny - 1)];
}
