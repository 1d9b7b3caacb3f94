/**
 * Takes the pictures of the README: `npm run build && node src/cli/launch/run.mjs test/generate/screenshot.ts`, which
 * writes public/screenshot.png and public/screenshot-training.png. The second waits for a training of some minutes.
 */
import { join } from "node:path";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { finished, startLab } from "../support/lab-page.ts";

const server = await startLab();
const { page } = await server.open("", { viewport: { width: 1440, height: 900 }, colorScheme: "light" });
await page.locator("button.preset", { hasText: "η above 1" }).click();
await finished(page);
// The views follow the charts by a moment.
await page.waitForTimeout(3000);
await page.mouse.move(0, 0);
await page.screenshot({ path: join(ROOT, "public/screenshot.png") });
await page.close();

const training = await server.open("#train=ddpo-is&model=glyphs", {
  viewport: { width: 1440, height: 900 },
  colorScheme: "light",
});
await training.page.getByTitle("Ready. Press Train.").waitFor({ timeout: 120_000 });
await training.page.getByRole("button", { name: "Train", exact: true }).click();
await training.page.getByRole("button", { name: "Pause" }).waitFor();
await training.page.getByRole("button", { name: "Pause" }).waitFor({ state: "detached", timeout: 900_000 });
await training.page.mouse.move(0, 0);
await training.page.screenshot({ path: join(ROOT, "public/screenshot-training.png") });
await server.close();
