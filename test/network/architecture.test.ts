import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GLYPH, parameterShapes, sizeOf } from "../../src/network/architecture.ts";
import { forward } from "../../src/network/forward.ts";
import { recordingOperations, type Value } from "../../src/network/webgpu/operations.ts";
import { placeResults } from "../../src/network/webgpu/plan.ts";

describe("The architecture", () => {
  it("has the slots of the vocabulary and 3 M parameters", () => {
    const path = new URL("../../src/prompt/vocabulary.json", import.meta.url);
    const { slots } = JSON.parse(readFileSync(path, "utf8")) as { slots: { values: unknown[] }[] };
    expect(GLYPH.slots).toEqual(slots.map(({ values }) => values.length));
    const count = parameterShapes(GLYPH).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(count).toBeGreaterThan(2.9e6);
    expect(count).toBeLessThan(3.1e6);
  });
});

describe("A recording of the network", () => {
  const images = 64;
  const bias = new Map(parameterShapes(GLYPH).map(({ name, shape }) => [name, shape[0] ?? 0]));
  const used = new Set<string>();
  const { operations, dispatches, sizes } = recordingOperations(GLYPH, images, (layer) => {
    used.add(layer);
    return bias.get(`${layer}.bias`)!;
  });
  const input = (name: "images" | "timeWaves" | "jumpWaves" | "asked", channels: number): Value => ({
    slot: { kind: "input", name },
    side: 1,
    channels,
  });
  const end = forward<Value>(GLYPH, operations, {
    images: input("images", 3072),
    timeWaves: input("timeWaves", 64),
    jumpWaves: input("jumpWaves", 64),
    asked: input("asked", 160),
  });
  const places = placeResults(dispatches, sizes);

  it("ends in images and reads every parameter of the file", () => {
    expect(end.slot).toEqual(dispatches.at(-1)!.result);
    expect(sizes.at(-1)).toBe(images * 3072);
    const read = new Set(
      dispatches.flatMap(({ fixed, read }) =>
        [...fixed, ...read].flatMap((slot) => (slot.kind === "parameter" ? [slot.name] : [])),
      ),
    );
    const expected = parameterShapes(GLYPH).filter(({ name }) => !name.startsWith("tokens."));
    expect([...read].sort()).toEqual(expected.map(({ name }) => name).sort());
  });

  it("never gives a buffer to a result while another result in it is still to be read", () => {
    const holds = new Map<number, number>();
    for (const { read, result } of dispatches) {
      for (const slot of read)
        if (slot.kind === "result")
          expect(holds.get(places.of[slot.index]!), `result ${slot.index}`).toBe(slot.index);
      const place = places.of[result.index];
      if (place === undefined) continue;
      expect(read.some((slot) => slot.kind === "result" && places.of[slot.index] === place)).toBe(false);
      expect(places.bytes[place]).toBeGreaterThanOrEqual(4 * sizes[result.index]!);
      holds.set(place, result.index);
    }
  });

  it("needs less than a third of the memory of a buffer for every result", () => {
    const shared = places.bytes.reduce((a, b) => a + b);
    const alone = sizes.reduce((a, b) => a + 4 * b);
    expect(shared).toBeLessThan(alone / 3);
  });
});
