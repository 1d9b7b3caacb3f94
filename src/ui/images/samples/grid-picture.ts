/** Both grids as one picture to save. */
import { formatNumber } from "../../../charts/format.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { ImageSpec } from "../../../spec/images/types.ts";
import { rowName } from "./ImageGrid.tsx";
import { columnsOf, pixelsAt, SIDE, type Shown } from "./pixels-at.ts";

/** Places of the parts of the picture, device pixels. */
export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  /** Side of an image: a whole multiple of 32, so that its pixels stay square. */
  readonly side: number;
  readonly columns: number;
  /** Left edge of each row's grid. */
  readonly lefts: readonly [number, number];
  readonly top: number;
}

const EDGE = 16;
const GAP = 4;
const HEAD = 64;
/** Small grids are drawn larger. */
const WANTED_SIDE = 512;

/** The layout of two grids of so many images side by side, below two lines of text. */
export function pictureLayout(tiles: number): PictureLayout {
  const columns = columnsOf(tiles);
  const rows = Math.ceil(tiles / columns);
  const side = SIDE * Math.max(1, Math.round(WANTED_SIDE / columns / SIDE));
  const across = columns * side + (columns - 1) * GAP;
  const down = rows * side + (rows - 1) * GAP;
  return {
    width: 3 * EDGE + 2 * across,
    height: HEAD + down + EDGE,
    side,
    columns,
    lefts: [EDGE, 2 * EDGE + across],
    top: HEAD,
  };
}

/** Left and top of the image at `place` in a row. */
export function pictureSpot(
  layout: PictureLayout,
  row: 0 | 1,
  place: number,
): readonly [x: number, y: number] {
  const step = layout.side + GAP;
  const [column, line] = [place % layout.columns, Math.floor(place / layout.columns)];
  return [layout.lefts[row] + column * step, layout.top + line * step];
}

/** What the picture says of itself: everything that its images depend on. */
export function pictureCaption(spec: ImageSpec): string {
  const { model, sampler, evaluation } = spec;
  const guided = model.weights === "teacher" ? `, guidance ${formatNumber(model.guidance)}` : "";
  const prompt = model.prompt === "" ? "no prompt" : `“${model.prompt}”`;
  const rest = model.completion === "drawn" ? ", the rest drawn" : "";
  return `${prompt}${rest}, ${model.weights}${guided}, N = ${sampler.steps}, seed ${evaluation.seed}`;
}

/** "etalon-bold-blue-serif-R-on-white-eta-1-N-4-seed-1.png": prompt, eta, N and seed, in signs that every file system takes. */
export function pictureName({ model, sampler, evaluation }: ImageSpec): string {
  const words = model.prompt.match(/[A-Za-z0-9]+/g) ?? ["no", "prompt"];
  const prompt = words.join("-").slice(0, 60);
  return `etalon-${prompt}-eta-${sampler.eta}-N-${sampler.steps}-seed-${evaluation.seed}.png`;
}

/** The picture as PNG: both grids in the order and at the frame that are shown. */
export async function gridPicture(
  samples: ImageSamples,
  view: { readonly order: readonly number[]; readonly shown: Shown; readonly frame: number },
  caption: string,
): Promise<Blob> {
  const layout = pictureLayout(samples.tiles);
  const canvas = document.createElement("canvas");
  canvas.width = layout.width;
  canvas.height = layout.height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("grid picture: the browser must give a canvas, got none; try again");
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue("--surface");
  context.fillRect(0, 0, layout.width, layout.height);
  context.fillStyle = style.getPropertyValue("--text");
  context.font = "14px system-ui, sans-serif";
  context.fillText(caption, EDGE, 24, layout.width - 2 * EDGE);
  context.imageSmoothingEnabled = false;
  const small = document.createElement("canvas");
  small.width = small.height = SIDE;
  for (const row of [0, 1] as const) {
    const from = samples.rows[row];
    context.fillText(rowName(from), layout.lefts[row], 50);
    view.order.forEach((tile, place) => {
      const bytes = pixelsAt(from, samples.tiles, view.shown, view.frame, tile);
      small.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(bytes), SIDE, SIDE), 0, 0);
      const [x, y] = pictureSpot(layout, row, place);
      context.drawImage(small, x, y, layout.side, layout.side);
    });
  }
  return await new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) =>
        blob
          ? resolve(blob)
          : reject(new Error("grid picture: must fit a canvas, but it did not; show fewer images")),
      "image/png",
    ),
  );
}
