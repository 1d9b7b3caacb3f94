import { describe, expect, it } from "vitest";
import {
  extractPoints,
  POINT_LIMIT,
  pointSetOf,
  readPointTable,
  standardisePoints,
} from "../../src/lab/points/point-table.ts";
import { skippedText } from "../../src/lab/points/skipped-text.ts";

const rows = (n: number, row: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => row(i)).join("\n");

describe("readPointTable", () => {
  it.each([
    ["commas", ","],
    ["semicolons", ";"],
    ["tabs", "\t"],
    ["blanks", "  "],
  ])("reads cells apart by %s, with a header", (separator, mark) => {
    const table = readPointTable(`height${mark}mass\n${rows(12, (i) => `${i}.5${mark}${-i}e-1`)}`);
    expect(table.names).toEqual(["height", "mass"]);
    expect(table.separator).toBe(separator);
    expect(table.numeric).toEqual([0, 1]);
    const { points, count } = extractPoints(table, [0, 1]);
    expect(count).toBe(12);
    expect([...points.slice(22)]).toEqual([11.5, -1.1]);
  });

  it("names columns itself where the first row holds numbers", () => {
    const table = readPointTable(rows(12, (i) => `${i},a`));
    expect(table.names).toEqual(["column 1", "column 2"]);
    expect(table.rows).toHaveLength(12);
    expect(table.numeric).toEqual([0]);
  });

  it("reads quoted cells, a byte order mark, Windows line ends, comments and blank lines", () => {
    const table = readPointTable(
      `\uFEFF# made by hand\r\n"a, b";"c"\r\n\r\n${rows(10, (i) => `"${i}";"${i},5"`)}\r\n`,
    );
    expect(table.names).toEqual(["a, b", "c"]);
    expect([...extractPoints(table, [1]).points.slice(0, 2)]).toEqual([0.5, 1.5]);
  });

  it("says so when there is nothing", () => {
    expect(() => readPointTable(" \n\n")).toThrow("need lines of numbers");
  });
});

describe("extractPoints", () => {
  const mixed = [
    "x,y",
    ...Array.from({ length: 20 }, (_, i) => `${i},${i * 2}`),
    "oops,1",
    "1,NaN",
    "2,",
    "3,1e999",
  ];

  it("leaves out rows that are not finite numbers, counts them, and names line and column", () => {
    const set = extractPoints(readPointTable(mixed.join("\n")), [0, 1]);
    expect(set.count).toBe(20);
    expect(set.skipped).toBe(4);
    expect(set.examples.map(skippedText)).toEqual([
      'line 22, x: "oops" is not a number',
      'line 23, y: "NaN" is not finite',
      "line 24, y: the cell is empty",
      'line 25, y: "1e999" is too large',
    ]);
  });

  it("never lets a number through that is not finite", () => {
    expect(extractPoints(readPointTable(mixed.join("\n")), [0, 1]).points.every(Number.isFinite)).toBe(true);
  });

  it("refuses too few rows, naming the first that was left out", () => {
    const table = readPointTable("x,y\n1,2\nbad,3\n4,5");
    expect(() => extractPoints(table, [0, 1])).toThrow(
      /at least 10 rows of numbers, got 2.*line 3, x: "bad"/,
    );
  });

  it("refuses points that are all in one place", () => {
    expect(() => extractPoints(readPointTable(rows(20, () => "1,2")), [0, 1])).toThrow("not all be the same");
  });

  it("thins evenly above the limit, the same way every time", () => {
    const table = readPointTable(rows(POINT_LIMIT * 2, (i) => String(i)));
    const set = extractPoints(table, [0]);
    expect([set.count, set.thinnedFrom]).toEqual([POINT_LIMIT, 2 * POINT_LIMIT]);
    expect([...set.points.slice(0, 3)]).toEqual([0, 2, 4]);
    expect(set.points.at(-1)).toBe(2 * POINT_LIMIT - 2);
  });
});

describe("standardisePoints", () => {
  it("gives mean 0 and standard deviation 1, and leaves a constant column at 0", () => {
    const raw = pointSetOf(
      Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 3 + i * i : 7)),
      2,
    );
    const set = standardisePoints(raw);
    expect(Math.abs(set.mean[0]!)).toBeLessThan(1e-12);
    expect(Math.abs(set.std[0]! - 1)).toBeLessThan(1e-12);
    expect([set.mean[1], set.std[1]]).toEqual([0, 0]);
    expect(raw.std[0]).toBeGreaterThan(10);
  });
});
