/** Constructed images for tests of rewards: [3, 32, 32] in [-1, 1]. */
import { createRandom, DATA_STREAM } from "../../../src/math/philox.ts";
import { IMAGE_SIZE, PIXELS, type Rgb, SIDE } from "../../../src/rewards/image/pixels.ts";

export const RED: Rgb = [1, 0, 0];
export const WHITE: Rgb = [1, 1, 1];
export const BLACK: Rgb = [0, 0, 0];

/** An image of colours 0 .. 1 by row and column. */
export function draw(colourAt: (row: number, column: number) => Rgb): Float64Array {
  const image = new Float64Array(IMAGE_SIZE);
  for (let i = 0; i < PIXELS; i++)
    colourAt(Math.floor(i / SIDE), i % SIDE).forEach((value, c) => (image[c * PIXELS + i] = 2 * value - 1));
  return image;
}

/** Ink in rows top .. top + height - 1 and columns left .. left + width - 1. */
export function box(
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
  ink: Rgb = BLACK,
  background: Rgb = WHITE,
): Float64Array {
  return draw((row, column) =>
    row >= top && row < top + height && column >= left && column < left + width ? ink : background,
  );
}

/** A blurred slanted stroke in random colours with grain, all numbers inside (-1, 1): every reward is smooth about it. */
export function blurred(seed: number): Float64Array {
  const random = createRandom(seed, DATA_STREAM);
  const colour = (): Rgb => [
    0.1 + 0.8 * random.uniform(),
    0.1 + 0.8 * random.uniform(),
    0.1 + 0.8 * random.uniform(),
  ];
  const [ink, ground] = [colour(), colour()];
  const [lean, width] = [random.uniform() - 0.5, 2 + 3 * random.uniform()];
  return draw((row, column) => {
    const across = (column - 15 - lean * (row - 16)) / width;
    const along = (row - 16) / 10;
    const cover = Math.exp(-(across ** 4) - along ** 4);
    const mix = (c: 0 | 1 | 2): number =>
      ground[c] + cover * (ink[c] - ground[c]) + 0.06 * (random.uniform() - 0.5);
    return [mix(0), mix(1), mix(2)];
  });
}

/** Every number uniform in [-1, 1]. */
export function noise(seed: number): Float64Array {
  const random = createRandom(seed, DATA_STREAM);
  return Float64Array.from({ length: IMAGE_SIZE }, () => 2 * random.uniform() - 1);
}

/** Images one after the other, [n, 3, 32, 32]. */
export function stack(images: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(images.length * IMAGE_SIZE);
  images.forEach((image, i) => all.set(image, i * IMAGE_SIZE));
  return all;
}
