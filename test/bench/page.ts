/** How free the page stays while it trains: tasks of the main thread in the built lab, in Chromium. */
import { availableParallelism, cpus } from "node:os";
import { startLab } from "../support/lab-page.ts";
import type { Section } from "./report.ts";

/** Watched for so long after Train is pressed, ms. */
const WATCHED_MS = 15_000;

/** Needs a build: `npm run build` first. */
export async function benchPage(): Promise<Section> {
  const lab = await startLab();
  try {
    const { page } = await lab.open("#train=ddpo-is", { before: watchTasks });
    await page.getByText("Ready. Press Train.").waitFor({ timeout: 120_000 });
    await page.evaluate(() => {
      (globalThis as unknown as Watched).longTasks = [];
    });
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.waitForTimeout(WATCHED_MS);
    const tasks = await page.evaluate(() => (globalThis as unknown as Watched).longTasks);
    const text = (await page.locator(".run-text").textContent()) ?? "";
    return {
      title: `Main thread of the training page, ${WATCHED_MS / 1000} s from pressing Train`,
      device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores, Chromium`,
      figures: [
        {
          what: "longest task (0 if all are below 50 ms)",
          value: Math.max(0, ...tasks),
          unit: "ms",
          goal: { most: 50 },
          note: text,
        },
        { what: "tasks of 50 ms and more", value: tasks.length, unit: "" },
      ],
    };
  } finally {
    await lab.close();
  }
}

interface Watched {
  longTasks: number[];
}

/** Runs in the page: the browser reports tasks of 50 ms and more. */
function watchTasks(): void {
  const watched = globalThis as unknown as Watched;
  watched.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
}
