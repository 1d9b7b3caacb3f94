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
    const paint = await largestPaint(lab);
    const { page } = await lab.open("#train=ddpo-is", { before: watchTasks });
    await page.locator(".run-text", { hasText: "Ready. Press Train." }).waitFor({ timeout: 120_000 });
    const browser = page.context().browser();
    if (browser === null) throw new Error("bench page: needs a browser of its own, got none");
    await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
    await page.evaluate(trainUnwatched);
    await page.waitForTimeout(WATCHED_MS);
    const tasks = await page.evaluate(() => (globalThis as unknown as Watched).longTasks);
    const text = (await page.locator(".run-text").textContent()) ?? "";
    const busy = mainThreadTasks(await browser.stopTracing());
    return {
      title: `The first page opens; main thread of the training page, ${WATCHED_MS / 1000} s from pressing Train`,
      device: `${cpus()[0]?.model.trim() ?? "CPU"}, ${availableParallelism()} cores, Chromium`,
      figures: [
        {
          what: "largest contentful paint of the first page",
          value: paint,
          unit: "ms",
          goal: { most: 2000 },
          note: "best of three openings with an empty cache",
        },
        {
          what: "longest task (0 if all are below 50 ms)",
          value: Math.max(0, ...tasks),
          unit: "ms",
          goal: { most: 50 },
          note: text,
        },
        { what: "tasks of 50 ms and more", value: tasks.length, unit: "" },
        {
          what: "longest task in processor time",
          value: Math.max(0, ...busy),
          unit: "ms",
          goal: { most: 50 },
          note: "without the time that other programs held the processor",
        },
      ],
    };
  } finally {
    await lab.close();
  }
}

/** Largest contentful paint, ms after the address was opened: the least of three, each in a context of its own. */
async function largestPaint(lab: Awaited<ReturnType<typeof startLab>>): Promise<number> {
  const paints: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { page, context } = await lab.open("", { before: watchPaints });
    await page.waitForTimeout(6000);
    paints.push(await page.evaluate(() => (globalThis as unknown as Painted).largestPaint));
    await context.close();
  }
  return Math.min(...paints);
}

interface Painted {
  largestPaint: number;
}

/** Runs in the page. */
function watchPaints(): void {
  const painted = globalThis as unknown as Painted;
  painted.largestPaint = Infinity;
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) painted.largestPaint = startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
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

/** Runs in the page: a search for the button from outside would be a long task itself. */
function trainUnwatched(): void {
  const start = () => {
    (globalThis as unknown as Watched).longTasks = [];
    document.querySelector<HTMLButtonElement>(".training-buttons .run-button")?.click();
  };
  // What this call and the beginning of the trace take is not the page's.
  setTimeout(start, 500);
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Processor time, ms, of every task of the page's main thread, from a trace of Chromium's. */
function mainThreadTasks(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString("utf8")) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(thread),
  );
  // Other renderers wait in the background and do next to nothing.
  return traceEvents
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" && main.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
}
