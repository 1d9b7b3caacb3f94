import { describe, expect, it } from "vitest";
import { GLYPH } from "../../../src/network/architecture.ts";
import { drawBatch, drawIndex, droppedSlots, drawTime } from "../../../src/network/training/batch.ts";
import { composite, colourOf, seenColours } from "../../../src/network/training/colours.ts";
import { type GlyphFiles, openGlyphs } from "../../../src/network/training/glyph-set.ts";
import { initialWeights } from "../../../src/network/training/initial-weights.ts";
import { parameterOf } from "../../../src/network/weights.ts";
import { createRandom } from "../../../src/math/philox.ts";
import { expectAllClose, zScore } from "../../support/numbers.ts";
import { miniGolden } from "../golden-answers.ts";
import { hashed } from "../hashed.ts";

const PIXELS = 1024;

/** Four styles, eight images: the data stage's format. */
function labels(changes: object = {}): string {
  const style = (split: string, typeface: number, weight = 1) => ({ split, weight, slant: -1, typeface });
  return JSON.stringify({
    version: 1,
    size: 32,
    styles: [style("train", 0), style("train", 3, -1), style("validation", 0), style("heldOut", 1)],
    style: [0, 0, 0, 0, 1, 1, 2, 3],
    character: [0, 1, 2, 3, 4, 61, 6, 7],
    heldOutCombination: [0, 0, 0, 0, 0, 1, 0, 0],
    ...changes,
  });
}

const files = (changes: Partial<GlyphFiles> = {}): GlyphFiles => ({
  pixels: Uint8Array.from({ length: 8 * PIXELS }, (_, i) => (7 * i) % 256),
  labels: labels(),
  sha256: null,
  ...changes,
});

describe("The drawn glyphs", () => {
  it("are split by family, without held-out combinations, with unsaid slots at their last token", async () => {
    const { split } = await openGlyphs(files());
    const train = split("train");
    expect(train.count).toBe(5);
    expect([0, 4].map((i) => train.tokens(i))).toEqual([
      [0, 1, 2, 0],
      [4, 4, 2, 3],
    ]);
    expect([...train.image(4).subarray(0, 3)]).toEqual([0, 7, 14].map((v) => (v + 7 * 4 * PIXELS) % 256));
    expect(split("validation").tokens(0)).toEqual([6, 1, 2, 0]);
    // Four images of one class weigh 1/2 each, one of another 1: together 2 + 1.
    expectAllClose(train.cumulative, [1 / 6, 2 / 6, 3 / 6, 4 / 6, 1], { absolute: 1e-12 });
  });

  it("are refused with the file and the reason", async () => {
    const refused = (changes: Partial<GlyphFiles>) => expect(openGlyphs(files(changes))).rejects;
    await refused({ pixels: new Uint8Array(5) }).toThrow(/glyphs\.bin: must have 8192 bytes.*got 5/);
    await refused({ labels: "no" }).toThrow(/glyphs\.json: must be a JSON object/);
    await refused({ labels: labels({ version: 2 }) }).toThrow(/version 1, got 2/);
    await refused({ labels: labels({ character: [0, 1, 2, 3, 4, 62, 6, 7] }) }).toThrow(/0 to 61, got 62/);
    await refused({ labels: labels({ style: [0] }) }).toThrow(/label every image/);
    await refused({ sha256: "0".repeat(64) }).toThrow(/SHA-256 0000.*npm run train -- data/);
  });

  it("are accepted with the right hash", async () => {
    const { pixels, labels: text } = files();
    const both = new Uint8Array([...pixels, ...new TextEncoder().encode(text)]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", both));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect((await openGlyphs(files({ sha256: `${sha256}\n` }))).sha256).toBe(sha256);
  });
});

describe("Colours", () => {
  const truth = miniGolden();
  it("come in the pairs that the offline code allows", () => {
    const seen = new Set(seenColours().map(({ ink, background }) => 10 * ink + background));
    expect(truth.seenColours.flatMap((value, i) => (value > 0 ? [i] : []))).toEqual(
      [...seen].sort((a, b) => a - b),
    );
  });

  it("are laid over coverage as the offline code does", () => {
    const coverage = Uint8Array.from(hashed("coverage", PIXELS), (value) => Math.floor((value + 1) * 128));
    const out = new Float32Array(3 * PIXELS);
    composite(coverage, colourOf(4), colourOf(6), out, 0);
    // Five roundings in f32 of numbers below 2.
    expectAllClose(out, truth.painted, { absolute: 1e-6 });
    composite(coverage, colourOf(6), colourOf(4), out, 0);
    expect(Math.max(...out.map((value, i) => Math.abs(value - truth.painted[i]!)))).toBeGreaterThan(0.1);
  });
});

describe("Batches", () => {
  it("are the same for the same seed and step, and others for another", async () => {
    const glyphs = (await openGlyphs(files())).split("train");
    const draw = (seed: number, step: number) => drawBatch(glyphs, GLYPH, { seed, step, size: 3 });
    expect(draw(1, 5)).toEqual(draw(1, 5));
    for (const name of ["x0", "eps", "t", "prompts"] as const) {
      expect(draw(1, 5)[name], name).not.toEqual(draw(1, 6)[name]);
      expect(draw(1, 5)[name], name).not.toEqual(draw(2, 5)[name]);
    }
    const { x0, eps, t, prompts } = draw(1, 5);
    expect([x0.length, eps.length, t.length, prompts.length]).toEqual([9216, 9216, 3, 18]);
    expect(Math.max(...x0.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.abs(zScore(eps, 0))).toBeLessThan(4.5);
  });

  it("draw images by their chances", () => {
    const cumulative = Float64Array.of(0.1, 0.4, 0.4, 1);
    expect([0.05, 0.1, 0.11, 0.4, 0.41, 0.999].map((u) => drawIndex(cumulative, u))).toEqual([
      0, 0, 1, 1, 3, 3,
    ]);
  });

  it("have times whose logit has mean 0.3 and deviation 1.1", () => {
    const random = createRandom(3, 99);
    const logits = Array.from({ length: 4000 }, () => drawTime(random)).map((t) => Math.log(t / (1 - t)));
    expect(Math.abs(zScore(logits, 0.3))).toBeLessThan(4.5);
    const squares = logits.map((value) => (value - 0.3) ** 2);
    expect(Math.abs(zScore(squares, 1.1 ** 2))).toBeLessThan(4.5);
  });

  it("lose slots as often as the offline code's prompts", () => {
    const random = createRandom(4, 99);
    const draws = Array.from({ length: 4000 }, () =>
      droppedSlots([0, 0, 0, 0, 0, 0], GLYPH.slots, random).map((token) => Number(token !== 0)),
    );
    const lost = (slot: number) => draws.map((prompt) => prompt[slot]!);
    // All of 10 %, half of 40 % on average, 5 % of the rest; the character half as often in the last two.
    const chance = (factor: number) => 0.1 + factor * (0.4 * 0.5 + 0.5 * 0.05);
    expect(Math.abs(zScore(lost(0), chance(0.5)))).toBeLessThan(4.5);
    expect(Math.abs(zScore(lost(3), chance(1)))).toBeLessThan(4.5);
    // Control: the chances differ by more than the bound can hide.
    expect(Math.abs(zScore(lost(0), chance(1)))).toBeGreaterThan(4.5);
    // All slots are lost together in 10 % and by chance in some of the 40 %: the integral of r^5 r/2 is 1/14.
    const all = draws.map((prompt) => Number(prompt.every((gone) => gone === 1)));
    expect(Math.abs(zScore(all, 0.1 + 0.4 / 14))).toBeLessThan(4.5);
  });
});

describe("Weights to start from", () => {
  const weights = initialWeights(GLYPH, 1);
  const numbers = (name: string) => parameterOf(weights, name).data;
  it("are zero where blocks begin as the identity, one and zero in norms", () => {
    for (const name of ["down1.conv2.weight", "attend_up.out.bias", "jump.weight", "position"])
      expect(
        numbers(name).every((value) => value === 0),
        name,
      ).toBe(true);
    expect(new Set(numbers("up1.norm2.weight"))).toEqual(new Set([1]));
    expect(new Set(numbers("norm.bias"))).toEqual(new Set([0]));
  });

  it("are uniform within the inverse root of the inputs, and normal in embeddings", () => {
    const bound = 1 / Math.sqrt(9 * 64);
    const conv = numbers("down1.conv1.weight");
    expect(Math.max(...conv)).toBeLessThanOrEqual(bound);
    expect(
      Math.abs(
        zScore(
          conv.map((value) => value ** 2),
          bound ** 2 / 3,
        ),
      ),
    ).toBeLessThan(4.5);
    expect(Math.max(...numbers("down1.conv1.bias").map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(
      Math.abs(
        zScore(
          numbers("tokens.0.weight").map((value) => value ** 2),
          1,
        ),
      ),
    ).toBeLessThan(4.5);
  });
});
