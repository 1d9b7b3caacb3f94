import jpeg from "jpeg-js";
import { describe, expect, it } from "vitest";
import { imageRewards } from "../../../src/rewards/image/evaluate.ts";
import { createJpegEncoder, JPEG_HEADER_BYTES } from "../../../src/rewards/image/jpeg.ts";
import { expectClose } from "../../support/numbers.ts";
import golden from "./jpeg-golden.json" with { type: "json" };
import { jpegImages } from "./jpeg-images.ts";
import { box, draw, noise, stack } from "./images.ts";

const IMAGES = jpegImages();
const QUALITIES = [10, 50, 80, 95, 100];

function rgba(rgb: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 4096 }, (_, i) => (i % 4 === 3 ? 255 : rgb[3 * (i >> 2) + (i % 4)]!));
}

describe("A JPEG file", () => {
  it.each(golden.sizes)(
    "$image at quality $quality has the coded bytes of libjpeg, one by one",
    ({ image, quality, scanBytes, scanSum }) => {
      const file = createJpegEncoder(quality)(IMAGES[image]!);
      expect(file.length - JPEG_HEADER_BYTES - 2).toBe(scanBytes);
      expect(adler(file.subarray(JPEG_HEADER_BYTES, -2))).toBe(scanSum);
    },
  );

  it("the stored sums notice one changed pixel (control)", () => {
    const changed = IMAGES["noise"]!.slice();
    changed[0] = changed[0]! ^ 64;
    const { scanSum } = golden.sizes.find(({ image, quality }) => image === "noise" && quality === 80)!;
    expect(adler(createJpegEncoder(80)(changed).subarray(JPEG_HEADER_BYTES, -2))).not.toBe(scanSum);
  });

  it("has the size of a second encoder's: 16 bytes of markers, 5 % of the coded bytes and 2 apart at most", () => {
    for (const [name, rgb] of Object.entries(IMAGES))
      for (const quality of QUALITIES) {
        const ours = createJpegEncoder(quality)(rgb).length;
        const theirs = jpeg.encode({ data: rgba(rgb), width: 32, height: 32 }, quality).data.length;
        // jpeg-js puts each kind of table into one marker, and takes the cosine transform in floating point.
        expectClose(
          ours - 16,
          theirs,
          { absolute: 2 + 0.05 * (ours - JPEG_HEADER_BYTES) },
          `${name} at ${quality}`,
        );
      }
  });

  it("is read by a second decoder as the image it was, closer at higher quality", () => {
    const errors = QUALITIES.map((quality) => {
      const back = jpeg.decode(createJpegEncoder(quality)(IMAGES["glyph"]!), { useTArray: true });
      expect([back.width, back.height]).toEqual([32, 32]);
      const square = rgba(IMAGES["glyph"]!).reduce((sum, value, i) => sum + (value - back.data[i]!) ** 2, 0);
      return Math.sqrt(square / 3072);
    });
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    // Steps of 1 leave errors of about 0.3 in each coefficient, and rounding of the colours about as much.
    expect(errors[4]!).toBeLessThan(1.5);
    expect(errors[0]!).toBeGreaterThan(10);
  });

  it("refuses a quality that does not exist", () => {
    for (const quality of [0, 101, 80.5, NaN])
      expect(() => createJpegEncoder(quality)).toThrow(/integer from 1 to 100/);
  });
});

describe("Compressibility", () => {
  it("is minus the file's size in kB; incompressibility is the size", () => {
    const images = stack([draw(() => [1, 0, 0]), box({ top: 4, left: 8, height: 24, width: 10 }), noise(1)]);
    const sizes = imageRewards({ kind: "incompressibility" }, images);
    expect([...imageRewards({ kind: "compressibility" }, images)]).toEqual([...sizes].map((size) => -size));
    expect([...sizes]).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]! * 1000 - JPEG_HEADER_BYTES).toBeLessThan(60);
    expect(imageRewards({ kind: "incompressibility", quality: 95 }, images)[2]!).toBeGreaterThan(sizes[2]!);
  });
});

/** Checksum of bytes, as zlib's. */
function adler(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
