/** Files of low-rank parts: what is written is read, and what does not fit is named. */
import { describe, expect, it } from "vitest";
import { adaptedLayers, adapterSize } from "../../src/alignment/adapter.ts";
import { readAdapterFile, writeAdapterFile } from "../../src/alignment/adapter-files.ts";
import { GLYPH } from "../../src/network/architecture.ts";
import { readSafetensors, WeightFileError } from "../../src/network/safetensors.ts";

const ADAPTER = { rank: 2, layers: "attention" } as const;
const size = adapterSize(adaptedLayers(GLYPH, ADAPTER));
/** Numbers that F32 holds exactly. */
const row = Float64Array.from({ length: size }, (_, i) => ((i % 97) - 48) / 64);

describe("An adapter file", () => {
  it("gives back every number, tensor by tensor", () => {
    const bytes = writeAdapterFile(ADAPTER, "student", row);
    expect(readAdapterFile(bytes, ADAPTER, "student")).toEqual(row);
    const names = [...readSafetensors(bytes, "own").tensors.keys()];
    expect(names.length).toBeGreaterThan(2);
    expect(names.every((name) => /\.(a|b)$/.test(name))).toBe(true);
  });

  it.each([
    [
      "another rank",
      { ...ADAPTER, rank: 3 },
      "student",
      /tensor .*\.a must have shape \[\d+, 3\].*\[\d+, 2\]/,
    ],
    ["fewer layers", { ...ADAPTER, layers: "all" }, "student", /must have shape .*none of that name/],
    ["another network", ADAPTER, "teacher", /must be of the teacher, got student/],
  ] as const)("of %s is refused with the tensor's name", (_, adapter, weights, words) => {
    const bytes = writeAdapterFile(ADAPTER, "student", row);
    const read = () => readAdapterFile(bytes, adapter, weights, "mine.safetensors");
    expect(read).toThrow(WeightFileError);
    expect(read).toThrow(words);
    expect(read).toThrow(/mine\.safetensors/);
  });

  it("with more layers, or a number that is none, is refused", () => {
    const all = { ...ADAPTER, layers: "all" } as const;
    const everything = new Float64Array(adapterSize(adaptedLayers(GLYPH, all)));
    expect(() => readAdapterFile(writeAdapterFile(all, "student", everything), ADAPTER, "student")).toThrow(
      /only.*as well/,
    );
    const broken = row.slice();
    broken[5] = NaN;
    expect(() => readAdapterFile(writeAdapterFile(ADAPTER, "student", broken), ADAPTER, "student")).toThrow(
      /must be finite, got NaN at 5/,
    );
  });
});
