/** Images [32, 32, 3] of bytes for tests of the JPEG encoder, made of integer arithmetic alone. */
export function jpegImages(): Readonly<Record<string, Uint8Array>> {
  let state = 12345;
  const byte = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  };
  return {
    grey: draw(() => [128, 128, 128]),
    noise: draw(() => [byte(), byte(), byte()]),
    glyph: draw((row, column) =>
      (row > 4 && row < 28 && Math.abs(column - 16) < 4) ||
      (row > 12 && row < 18 && column > 5 && column < 27)
        ? [217, 31, 31]
        : [247, 222, 38],
    ),
    ramp: draw((row, column) => [row * 8, column * 8, 255 - row * 4 - column * 4]),
    checker: draw((row, column) => ((row + column) % 2 === 0 ? [255, 255, 255] : [0, 0, 0])),
  };
}

function draw(colourAt: (row: number, column: number) => readonly number[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: 1024 }, (_, i) => colourAt(i >> 5, i & 31)).flat());
}
