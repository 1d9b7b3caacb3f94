import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { type LabServer, type OpenLab, setNumber, startLab } from "../support/lab-page.ts";

let server: LabServer;
let lab: OpenLab;
beforeAll(async () => (server = await startLab()));
afterAll(() => server.close());
afterEach(() => lab.close());

/** Few images and steps: one core draws them in a moment. */
const SMALL = "model=glyphs&tiles=4&images=8&N=2&etas=0,1&steps=1,2";

/** Sixteen bars at different heights, of two families, in the data stage's format. */
function dataFiles() {
  const numbers = [...Array(16).keys()];
  const style = (split: string) => ({ split, weight: 1, slant: 0, typeface: 0 });
  const labels = {
    version: 1,
    size: 32,
    styles: [style("train"), style("validation")],
    style: numbers.map((i) => (i < 12 ? 0 : 1)),
    character: numbers,
    heldOutCombination: numbers.map(() => 0),
  };
  const pixels = Buffer.alloc(16 * 1024);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = Math.abs((Math.floor(i / 32) % 32) - 2 * Math.floor(i / 1024)) < 3 ? 255 : 0;
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });
  return {
    good: [file("glyphs.bin", pixels), file("glyphs.json", Buffer.from(JSON.stringify(labels)))],
    short: [file("glyphs.bin", pixels.subarray(0, 1024))],
  };
}

describe("Training from scratch on the image page", () => {
  it(
    "refuses damaged data, trains on good ones, and draws with the result",
    { timeout: 700_000 },
    async () => {
      lab = await server.open(SMALL);
      const { page } = lab;
      await page.locator("summary", { hasText: "Train from scratch" }).click();
      const panel = page.locator(".scratch");
      const input = panel.getByLabel(/^Data files/);
      const train = panel.getByRole("button", { name: /^Train( again)?$/ });
      await train.click();
      await panel.getByText(/^Choose glyphs\.bin and glyphs\.json/).waitFor();

      const { good, short } = dataFiles();
      await input.setInputFiles([...short, ...good.slice(1)]);
      await train.click();
      await panel.getByText(/glyphs\.bin: must have 16384 bytes/).waitFor();

      await input.setInputFiles(good);
      await setNumber(page, "Images per step", 1);
      await setNumber(page, "Minutes of training", 0.1);
      await panel.getByRole("button", { name: "CPU", exact: true }).click();
      await train.click();
      await panel.getByText(/^Samples at step \d+/).waitFor({ timeout: 300_000 });
      expect(await panel.getByText(/steps, .* images\/s/).count()).toBe(1);
      expect(await violations(page)).toEqual([]);

      await panel.getByRole("button", { name: "Use these weights" }).click();
      await page.getByText(/^Your own, trained here for \d+ steps/).waitFor();
      await page.getByText(/pairs from the same noise, drawn here in/).waitFor({ timeout: 300_000 });
      expect(new URL(page.url()).hash).toContain("weights=teacher");
      expect(lab.complaints).toEqual([]);
    },
  );
});
