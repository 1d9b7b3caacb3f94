import { describe, expect, test } from "vitest";
import { COMPLETION_NUMBERS, completedTokens } from "../../src/prompt/completion.ts";
import shares from "../../src/prompt/shares.json" with { type: "json" };
import { NOTHING_SAID, promptFromTokens, promptTokens, type PromptTokens } from "../../src/prompt/slots.ts";

const asked = (said: Partial<PromptTokens>) => promptTokens({ ...NOTHING_SAID, ...said });
const drawn = (said: Partial<PromptTokens>, ...numbers: number[]) =>
  promptFromTokens(completedTokens(asked(said), numbers));
/** Numbers spread evenly over (0, 1). */
const even = (count: number) => Array.from({ length: count }, (_, i) => (i + 0.5) / count);
const countOf = (values: readonly unknown[], value: unknown) =>
  values.filter((other) => other === value).length;

describe("completing a prompt", () => {
  test("keeps what it says and fills in the rest", () => {
    for (const number of even(50)) {
      const full = drawn({ character: "A", weight: "bold", ink: "red" }, number, number, number);
      expect(full).toMatchObject({ character: "A", weight: "bold", ink: "red" });
      // Every typeface tells its class, and no glyph is without colours.
      expect([full.typeface, full.background]).not.toContain(null);
      expect(full.background).not.toBe("red");
    }
  });

  test("draws as often as the glyphs are drawn in training", () => {
    const n = 4000;
    const all = even(n).map((number) => drawn({}, number, number, number));
    const share = (rows: readonly (readonly number[])[], slot: number, token: number) =>
      rows.filter((row) => row[slot] === token).reduce((sum, row) => sum + (row.at(-1) ?? NaN), 0);
    // Numbers spread evenly hit each row to within two of them, and a value has at most 32 rows. Shares are rounded to 1e-6.
    const off = (32 * 2) / n + 1e-4;
    const black = share(shares.style, 0, 3);
    expect(
      Math.abs(
        countOf(
          all.map(({ weight }) => weight),
          "black",
        ) /
          n -
          black,
      ),
    ).toBeLessThan(off);
    expect(black).toBeGreaterThan(2 * off);
    expect(
      Math.abs(
        countOf(
          all.map(({ typeface }) => typeface),
          null,
        ) / n,
      ),
    ).toBe(0);
    // The control: under a condition the shares are others.
    const mono = even(n).map((number) => drawn({ typeface: "mono" }, number, number, number).weight);
    expect(Math.abs(countOf(mono, "black") / n - black)).toBeGreaterThan(off);
  });

  test("leaves the other draws as they are when the prompt says more", () => {
    const numbers = [0.3, 0.6, 0.9];
    const { ink, background, character } = drawn({}, ...numbers);
    expect(drawn({ weight: "light", slant: "italic" }, ...numbers)).toMatchObject({
      ink,
      background,
      character,
    });
    expect(COMPLETION_NUMBERS).toBe(numbers.length);
  });

  test("leaves open what training never saw together", () => {
    // Red letters on yellow are held out; whatever a prompt says of both stays.
    expect(drawn({ ink: "red", background: "yellow" }, 0.5, 0.5, 0.5)).toMatchObject({
      ink: "red",
      background: "yellow",
    });
    const inks = even(200).map((number) => drawn({ background: "yellow" }, 0.5, 0.5, number).ink);
    expect(inks).not.toContain("red");
    expect(new Set(inks).size).toBeGreaterThan(3);
  });

  test("reads shares that are whole", () => {
    for (const rows of [shares.character, shares.style, shares.colours]) {
      const sum = rows.reduce((total, row) => total + (row.at(-1) ?? NaN), 0);
      // Each is rounded to 1e-6.
      expect(Math.abs(sum - 1)).toBeLessThan(0.5e-6 * rows.length);
    }
  });
});
