import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type LabServer,
  type OpenLab,
  chartNumbers,
  finished,
  openSection,
  runText,
  setNumber,
  sharedLink,
  startLab,
} from "../support/lab-page.ts";

let server: LabServer;
let lab: OpenLab;

beforeAll(async () => (server = await startLab()));
afterAll(() => server.close());
afterEach(() => lab.close());

describe("A person in the lab", () => {
  it("sees a finished result, changes N, and gets new numbers", async () => {
    lab = await server.open();
    await finished(lab.page);
    const before = await chartNumbers(lab.page);
    expect(before.split("\n").length).toBeGreaterThan(5);
    await setNumber(lab.page, "Steps N", 20);
    await lab.page.getByRole("heading", { name: /N = 20/ }).waitFor();
    await finished(lab.page);
    expect(await chartNumbers(lab.page)).not.toBe(before);
    expect(lab.complaints).toEqual([]);
  });

  it("changes eta by number, by slider and by key, and finds it in the address", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    await setNumber(page, "Stochasticity η", 2);
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("eta=2");
    const slider = page.getByRole("slider", { name: /^Stochasticity η/ });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("eta=2.05");
    expect(await page.getByRole("textbox", { name: "Stochasticity η", exact: true }).inputValue()).toBe(
      "2.05",
    );
    await finished(page);
    await page.getByText("η = 2.05").first().waitFor();
    expect(lab.complaints).toEqual([]);
  });

  it("takes edits back and makes them again", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    const first = await chartNumbers(page);
    await setNumber(page, "Steps N", 7);
    await page.getByRole("heading", { name: /N = 7/ }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("heading", { name: /N = 10/ }).waitFor();
    await finished(page);
    expect(await chartNumbers(page)).toBe(first);
    await page.getByRole("button", { name: "Redo" }).click();
    await page.getByRole("heading", { name: /N = 7/ }).waitFor();
    await page.locator("body").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("Control+z");
    await page.getByRole("heading", { name: /N = 10/ }).waitFor();
    expect(lab.complaints).toEqual([]);
  });

  it("shares a link that gives the same numbers in a fresh profile", async () => {
    lab = await server.open("model=mixture&process=vp&beta=linear:0.1,6&N=8&particles=30000&seed=77");
    await finished(lab.page);
    const numbers = await chartNumbers(lab.page);
    const link = await sharedLink(lab.page);
    expect(link.length).toBeLessThanOrEqual(2000);
    const other = await server.open(new URL(link).hash);
    await finished(other.page);
    expect(await chartNumbers(other.page)).toBe(numbers);
    await setNumber(other.page, "Steps N", 9);
    await other.page.getByRole("heading", { name: /N = 9/ }).waitFor();
    await finished(other.page);
    expect(await chartNumbers(other.page), "control: another experiment has other numbers").not.toBe(numbers);
    expect([...lab.complaints, ...other.complaints]).toEqual([]);
    await other.close();
  });

  it("drags a component of a mixture, or moves it by keys", async () => {
    lab = await server.open("model=mixture");
    const { page } = lab;
    await finished(page);
    const handle = page.getByRole("button", { name: /^Component 1 of 2, mean/ });
    await handle.scrollIntoViewIfNeeded();
    const box = await handle.boundingBox();
    if (box === null) throw new Error("the handle must be visible");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 15, y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("components=");
    const dragged = await handle.getAttribute("aria-label");
    expect(dragged).not.toMatch(/mean −1$/);
    await handle.focus();
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(() => handle.getAttribute("aria-label")).not.toBe(dragged);
    await finished(page);
    expect(lab.complaints).toEqual([]);
  });

  it("imports points from a CSV file and runs on them", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    await page.getByRole("combobox", { name: "Data law" }).selectOption("points");
    await page.getByRole("button", { name: "Bring your own points …" }).click();
    const dialog = page.getByRole("dialog", { name: "Your own points" });
    await dialog.locator("input[type=file]").setInputFiles({
      name: "two blobs.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(twoBlobs()),
    });
    await dialog.getByText("400 points in two dimensions").waitFor();
    await dialog.getByText(/1 row left out/).waitFor();
    const use = dialog.getByRole("button", { name: "Use this mixture" });
    await expect.poll(() => use.isEnabled(), { timeout: 30_000 }).toBe(true);
    await use.click();
    await expect.poll(() => page.evaluate(() => location.hash)).toContain("model=points");
    await finished(page);
    await page
      .getByText(/400 points/)
      .first()
      .waitFor();
    expect((await chartNumbers(page)).length).toBeGreaterThan(100);
    expect(lab.complaints).toEqual([]);
  });

  it("opens every study", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      await finished(page);
      await page.locator("figure").first().waitFor();
      expect(await page.locator("figure svg").count(), (await tab.textContent()) ?? "").toBeGreaterThan(0);
    }
    expect(lab.complaints).toEqual([]);
  });

  it("opens every preset", async () => {
    lab = await server.open();
    const { page } = lab;
    const presets = page.locator("button.preset");
    // The page is drawn in slices; a count does not wait for them.
    await presets.first().waitFor();
    const count = await presets.count();
    expect(count).toBeGreaterThanOrEqual(7);
    for (let i = 0; i < count; i++) {
      await presets.nth(i).click();
      await expect.poll(() => presets.nth(i).getAttribute("aria-pressed")).toBe("true");
      await finished(page);
    }
    expect(lab.complaints).toEqual([]);
  });

  it("cancels a long run within 200 ms, and the engine is free for the next", { retry: 2 }, async () => {
    lab = await server.open("particles=10000000&steps=50");
    const { page } = lab;
    await expect.poll(() => runText(page), { timeout: 30_000 }).toMatch(/^Measuring, \d+ % done/);
    const ms = await page.evaluate(async () => {
      const button = [...document.querySelectorAll("button")].find(
        ({ textContent }) => textContent?.trim() === "Cancel",
      );
      const start = performance.now();
      button?.click();
      while (!document.body.textContent?.includes("Cancelled."))
        await new Promise((next) => setTimeout(next, 1));
      return performance.now() - start;
    });
    expect(ms).toBeLessThanOrEqual(200);
    await openSection(page, "Measurement");
    await setNumber(page, "Particles", 2000);
    await finished(page, 10_000);
    expect(lab.complaints).toEqual([]);
  });
});

/** 400 points in two clusters, with a header, a comment and a broken row. */
function twoBlobs(): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const [angle, radius, side] = [i * 2.4, Math.sqrt((i % 50) / 50), i % 2 === 0 ? 1 : -1];
    return `${side + 0.3 * radius * Math.cos(angle)},${0.5 * side + 0.2 * radius * Math.sin(angle)}`;
  });
  return ["# two clusters", "a,b", ...rows.slice(0, 200), "1.5,none", ...rows.slice(200)].join("\n");
}
