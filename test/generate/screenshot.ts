/**
 * Takes the picture of the README: `npm run build && node src/cli/launch/run.mjs test/generate/screenshot.ts`, which
 * writes public/screenshot.png.
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
await server.close();
