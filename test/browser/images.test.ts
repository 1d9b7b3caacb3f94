import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LabServer, type OpenLab, setNumber, sharedLink, startLab } from "../support/lab-page.ts";
import { violations } from "../support/axe.ts";

let server: LabServer;
let lab: OpenLab;
beforeAll(async () => (server = await startLab()));
afterAll(() => server.close());
afterEach(() => lab.close());

/** Few images and steps: one core draws them in a moment. */
const SMALL = "model=glyphs&tiles=4&images=8&N=2&etas=0,1&steps=1,2";

/** Waits until grid and charts belong to the present experiment. */
async function drawn(page: Page, timeout = 90_000): Promise<void> {
  await page.locator(".run-text", { hasText: /^Done: / }).waitFor({ timeout });
  await page.getByText(/pairs from the same noise, drawn here in/).waitFor({ timeout });
}

/** All pixels of a row, as one text. */
function pixels(page: Page, row: "ODE" | "SDE"): Promise<string> {
  return page
    .getByRole("list", { name: new RegExp(`^${row}, η = `) })
    .locator("canvas")
    .evaluateAll((canvases) =>
      canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()).join("\n"),
    );
}

describe("The image page", () => {
  it("draws a typed prompt, follows eta and the scrubber, and shares what it shows", async () => {
    lab = await server.open(SMALL);
    const { page } = lab;
    await drawn(page);
    const first = await pixels(page, "ODE");
    expect(first.split("\n").length).toBe(4);

    await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("light blue sans g on white");
    await page.getByText(/^Images of an earlier setting/).waitFor();
    await drawn(page);
    expect(await pixels(page, "ODE")).not.toBe(first);
    await expect.poll(() => new URL(page.url()).hash).toContain("prompt=light");

    const calm = await pixels(page, "SDE");
    await setNumber(page, "Stochasticity η", 2);
    await page.getByRole("list", { name: /^SDE, η = 2/ }).waitFor({ timeout: 90_000 });
    await drawn(page);
    expect(await pixels(page, "SDE")).not.toBe(calm);

    const finished = await pixels(page, "SDE");
    await page.getByRole("slider", { name: "Time, from noise to data" }).fill("0");
    await expect.poll(() => pixels(page, "SDE")).not.toBe(finished);
    // Both rows start from the same noise.
    expect(await pixels(page, "SDE")).toBe(await pixels(page, "ODE"));

    const link = await sharedLink(page);
    const complaints = lab.complaints;
    expect(complaints).toEqual([]);
    await lab.close();
    lab = await server.open(new URL(link).hash);
    await drawn(lab.page);
    expect(await pixels(lab.page, "SDE")).toBe(finished);
    expect(lab.complaints).toEqual([]);
  });

  it("draws what a short prompt leaves open for each image, if asked to, and tells what it drew", async () => {
    lab = await server.open(`${SMALL}&prompt=A`);
    const { page } = lab;
    await drawn(page);
    const alike = await pixels(page, "ODE");
    await page.getByRole("combobox", { name: "Left open" }).selectOption({ label: "drawn for each image" });
    await page.getByText(/Each image draws its 5 open attributes/).waitFor();
    await page.getByText(/^Every pair has its own full prompt/).waitFor({ timeout: 90_000 });
    await drawn(page);
    expect(await pixels(page, "ODE")).not.toBe(alike);
    await expect.poll(() => new URL(page.url()).hash).toContain("open=drawn");
    await page
      .getByRole("list", { name: /^SDE, η = / })
      .getByRole("button")
      .first()
      .hover();
    await page.getByText(/^Drawn from “.*\bA\b.* on \w+”$/).waitFor();
    expect(lab.complaints).toEqual([]);
  });

  it("names a word that it does not know, and keeps the images", async () => {
    lab = await server.open(SMALL);
    const { page } = lab;
    await drawn(page);
    const before = await pixels(page, "ODE");
    await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("bold zebra A");
    await page.getByText(/"zebra" is not known/).waitFor();
    expect(await pixels(page, "ODE")).toBe(before);
    expect(page.url()).not.toContain("zebra");
  });

  it("explains a bad link and opens the nearest good one", async () => {
    lab = await server.open(`${SMALL}&eta=lots`);
    const alert = lab.page.getByRole("alert", { name: "The link could not be opened" });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/eta must be .*, got "lots"/);
  });

  it("is one click away from the page of laws, and back", async () => {
    lab = await server.open();
    const { page } = lab;
    await page.getByRole("link", { name: "Images" }).click();
    await page.getByRole("textbox", { name: "Prompt", exact: true }).waitFor();
    await page.getByRole("link", { name: "Laws" }).click();
    await page.getByRole("tab").first().waitFor();
    // A page that is left breaks off what it was loading.
    expect(lab.complaints.filter((text) => !text.startsWith("request failed"))).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "has nothing that axe finds wrong in the %s theme",
    async (colorScheme) => {
      lab = await server.open(SMALL, { colorScheme });
      await drawn(lab.page);
      expect(await violations(lab.page)).toEqual([]);
    },
  );
});
