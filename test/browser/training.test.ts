import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "../support/axe.ts";
import { type LabServer, type OpenLab, setNumber, sharedLink, startLab } from "../support/lab-page.ts";

let server: LabServer;
let lab: OpenLab;
beforeAll(async () => (server = await startLab()));
afterAll(() => server.close());
afterEach(() => lab.close());

/** The default training but for its length and what is measured of it: one slow core gets there too. */
const SMALL = "train=ddpo-is&batch=256&particles=512";
const SHORT = `${SMALL}&iterations=15`;

/** Two iterations of the glyph model, as small as they can be. */
const TINY_IMAGES =
  "train=ddpo-is&model=glyphs&prompts=bold%20R&iterations=2&every=2&batch=4&N=2&particles=4&minibatches=1";

const PATIENT = { timeout: 90_000 };

/** Waits for a status of training that begins so. */
async function status(page: Page, begins: RegExp, timeout = PATIENT.timeout): Promise<void> {
  await page.locator(".run-text", { hasText: begins }).waitFor({ timeout });
}

/** "0.219 ± 0.013" of the sampler of that name. */
async function rewardOf(page: Page, name: RegExp): Promise<{ value: number; half: number }> {
  const figure = page.locator(".training-panels figure", { hasText: name });
  const text = (await figure.locator(".training-reward").textContent()) ?? "";
  const [value, half] = (text.replaceAll("−", "-").match(/-?[\d.]+/g) ?? []).map(Number);
  return { value: value ?? NaN, half: half ?? NaN };
}

const scrubber = (page: Page) => page.getByRole("slider", { name: "Training time, by iteration" });

describe("The training page", () => {
  it("raises the reward beyond its interval, goes back in training time, and shares the run", async () => {
    lab = await server.open(SHORT);
    const { page } = lab;
    await status(page, /^Ready/);
    const before = await rewardOf(page, /Trained, ODE/);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await status(page, /^Done: 15 iterations/);
    const after = await rewardOf(page, /Trained, ODE/);
    expect(after.value - after.half).toBeGreaterThan(before.value + before.half);
    await page.getByText(/^Ratio before the first update: 1 \(largest error/).waitFor();
    await page.getByRole("figure", { name: /^Reward over training/ }).waitFor();

    await scrubber(page).focus();
    await page.keyboard.press("Home");
    await page.locator(".training-iteration", { hasText: /^iteration 0$/ }).waitFor();
    expect(await rewardOf(page, /Trained, ODE/)).toEqual(before);
    await page.keyboard.press("End");
    await page.locator(".training-iteration", { hasText: /^iteration 15$/ }).waitFor();
    expect(await rewardOf(page, /Trained, ODE/)).toEqual(after);

    const link = await sharedLink(page);
    expect(lab.complaints).toEqual([]);
    await lab.close();
    lab = await server.open(new URL(link).hash);
    await status(lab.page, /^Ready/);
    expect(await rewardOf(lab.page, /Trained, ODE/)).toEqual(before);
    expect(new URL(lab.page.url()).hash).toBe(new URL(link).hash);
    expect(lab.complaints).toEqual([]);
  });

  it("goes on after a reload from what the browser kept, and waits when settings change", async () => {
    lab = await server.open(`${SMALL}&iterations=1000`);
    const { page } = lab;
    await status(page, /^Ready/);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await status(page, /^(Training|Measuring)(:| at) iteration ([5-9]|\d\d) of/);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await status(page, /^Paused at iteration/);
    const paused = await page.locator(".run-text").textContent();
    await page.reload();
    await status(page, /^Paused at iteration/);
    expect(await page.locator(".run-text").textContent()).toBe(paused);
    await page.getByText(/This browser kept the run/).waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await status(page, /^(Training|Measuring)/);
    await setNumber(page, "η while training", 1.5);
    await status(
      page,
      /^Paused at iteration \d+ of 1000(, not measured yet; last measured: \d+)?\. The settings have changed since\./,
    );
    await page.getByRole("button", { name: "Continue" }).click();
    await status(page, /^Training/);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await status(page, /^Stopped at iteration/);
    expect(lab.complaints.filter((text) => !text.startsWith("request failed"))).toEqual([]);
  });

  it("lists every run, leads back to each, and still does after a reload", async () => {
    lab = await server.open(`${SMALL}&N=5&iterations=2&every=1`);
    const { page } = lab;
    await status(page, /^Ready/);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await status(page, /^Done: 2 iterations/);
    const lines = page.locator(".run-choose");
    await expect.poll(() => lines.count(), PATIENT).toBe(1);

    await scrubber(page).focus();
    await page.keyboard.press("Home");
    await page.getByText(/^The samples are of iteration 0, .*alarms are of iteration 2/).waitFor();
    // Words of a mark in the drawing.
    await page.locator(".plot-mark", { hasText: "iteration 0" }).first().waitFor();
    await page.getByRole("button", { name: "Branch here" }).click();
    const branch = lines.filter({ hasText: "Branch at iteration 0, changed: seed 2" });
    await branch.and(page.locator('[aria-current="true"]')).waitFor(PATIENT);
    await status(page, /^Done: 2 iterations/);
    await branch.filter({ hasText: /^.*Iteration 2 of 2.*ODE reward .* \(n = 512\)/ }).waitFor(PATIENT);

    const first = lines.filter({ hasNotText: "Branch" });
    await first.click();
    await first.and(page.locator('[aria-current="true"]')).waitFor(PATIENT);
    await setNumber(page, "η while training", 1.5);
    await status(page, /The settings have changed since/);
    await branch.click();
    await status(page, /^Done: 2 iterations in .* s\.$/);
    await branch.and(page.locator('[aria-current="true"]')).waitFor(PATIENT);
    expect(await page.getByRole("textbox", { name: "η while training" }).inputValue()).toBe("1");
    expect(await violations(page)).toEqual([]);

    await page.getByText("This browser keeps the newest runs").waitFor(PATIENT);
    await page.reload();
    await status(page, /^Done: 2 iterations/);
    await expect.poll(() => lines.count(), PATIENT).toBe(2);
    await page
      .getByRole("button", { name: /^Delete DDPO-IS.*/ })
      .first()
      .click();
    await page
      .getByRole("group", { name: /^Delete / })
      .getByRole("button", { name: "Delete" })
      .click();
    await lines.filter({ hasText: "Branch at iteration 0 of a run that is gone" }).waitFor(PATIENT);
    expect(await lines.count()).toBe(1);
    expect(lab.complaints.filter((text) => !text.startsWith("request failed"))).toEqual([]);
  });

  it("trains the glyph model: loads it, draws, trains, measures, and shares the run", async () => {
    lab = await server.open(TINY_IMAGES);
    const { page } = lab;
    await status(page, /^Ready/, 300_000);
    const images = page.getByRole("list", { name: /^Trained, ODE: 4 images/ }).getByRole("listitem");
    await expect.poll(() => images.count()).toBe(4);
    const before = await rewardOf(page, /Pretrained, ODE/);
    expect(before.value).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await status(page, /^Done: 2 iterations/, 300_000);
    await page.getByText(/^Ratio before the first update: 1 \(largest error/).waitFor();
    await page.getByRole("figure", { name: /^Reward over training/ }).waitFor();
    await page.getByText("KL to the pretrained, nats").waitFor();
    await images.first().hover();
    await page.getByText(/^bold R: stroke width .* before, .* with noise, .* without noise/).waitFor();
    expect(await rewardOf(page, /Pretrained, ODE/)).toEqual(before);
    expect(await violations(page)).toEqual([]);

    const link = await sharedLink(page);
    expect(lab.complaints).toEqual([]);
    await lab.close();
    lab = await server.open(new URL(link).hash);
    await status(lab.page, /^Ready/, 300_000);
    expect(await rewardOf(lab.page, /Pretrained, ODE/)).toEqual(before);
    await lab.page.getByRole("group", { name: "What is trained" }).getByText("Points").click();
    await expect.poll(() => new URL(lab.page.url()).hash, PATIENT).not.toContain("glyphs");
  }, 600_000);

  it("explains a bad link and opens the nearest good one", async () => {
    lab = await server.open(`${SHORT}&N=lots`);
    const alert = lab.page.getByRole("alert", { name: "The link could not be opened" });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/N must be .*, got "lots"/);
  });

  it.each(["light", "dark"] as const)(
    "has nothing that axe finds wrong in the %s theme",
    async (colorScheme) => {
      lab = await server.open("train=mix-grpo&batch=132&particles=128&iterations=2", { colorScheme });
      await status(lab.page, /^Ready/);
      await lab.page.getByRole("button", { name: "Train", exact: true }).click();
      await status(lab.page, /^Done/);
      expect(await violations(lab.page)).toEqual([]);
      await lab.page.getByRole("tab", { name: "Studies" }).click();
      expect(await violations(lab.page)).toEqual([]);
    },
  );
});
