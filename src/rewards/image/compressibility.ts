/** Size of an image as a JPEG file, as a reward [Black23]. */
import { createJpegEncoder } from "./jpeg.ts";
import { IMAGE_SIZE, PIXELS, shownPixel } from "./pixels.ts";
import type { PixelReward } from "./reward.ts";

/** Quality of the files unless said otherwise. */
export const JPEG_QUALITY = 80;

/**
 * `sign` times the size of the complete file, kB of 1,000 bytes; of which 0.625 are the same for every image. Black et al. take
 * quality 95 with halved colour resolution; at 32 x 32 the colours are kept whole here, or most of them would cost nothing.
 */
export function fileSize(sign: 1 | -1, quality: number = JPEG_QUALITY): PixelReward {
  const encode = createJpegEncoder(quality);
  return { value: (pixels) => (sign * encode(toBytes(pixels)).length) / 1000, gradient: null };
}

/** The byte 0 .. 255 that a number of an image, about -1 .. 1, is shown as. */
export function shownByte(value: number): number {
  return byteOf(shownPixel(value));
}

function byteOf(pixel: number): number {
  return Math.floor(255 * pixel + 0.5);
}

/** Shown pixels [3, 32, 32] as bytes [32, 32, 3]. */
function toBytes(pixels: Float64Array): Uint8Array {
  const bytes = new Uint8Array(IMAGE_SIZE);
  for (let i = 0; i < PIXELS; i++)
    for (let c = 0; c < 3; c++) bytes[3 * i + c] = byteOf(pixels[c * PIXELS + i] ?? 0);
  return bytes;
}
