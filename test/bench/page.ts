/** How soon pages show something, and how free they stay while they train: the built lab, in Chromium. */
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
    const images = await imagesShown(lab);
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
          what: "stored images on the image page",
          value: images.stored,
          unit: "ms",
          goal: { most: 1000 },
          note: "from opening it with an empty cache; best of three",
        },
        {
          what: "first live image on the image page",
          value: images.live,
          unit: "ms",
          goal: { most: 3000 },
          note: "the same, weights from this machine, on the CPU",
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

/** The image page: ms after opening until stored images and the first live one are on the screen, each the least of three. */
async function imagesShown(lab: Awaited<ReturnType<typeof startLab>>): Promise<Shown> {
  const seen: Shown[] = [];
  for (let i = 0; i < 3; i++) {
    const { page, context } = await lab.open("#model=glyphs", { before: watchImages });
    await page.waitForFunction(() => (globalThis as unknown as Shown).live > 0, null, { timeout: 120_000 });
    seen.push(
      await page.evaluate(() => ({
        stored: (globalThis as unknown as Shown).stored,
        live: (globalThis as unknown as Shown).live,
      })),
    );
    await context.close();
  }
  return { stored: Math.min(...seen.map((s) => s.stored)), live: Math.min(...seen.map((s) => s.live)) };
}

/** ms after the page was opened; 0 is not yet. */
interface Shown {
  stored: number;
  live: number;
}

/** Runs in the page: the line above the images tells where they come from. */
function watchImages(): void {
  const shown = globalThis as unknown as Shown;
  shown.stored = shown.live = 0;
  const look = () => {
    const line = document.querySelector(".samples-stage");
    const text = line?.textContent ?? "";
    if (shown.stored === 0 && line?.classList.contains("samples-stored") === true)
      shown.stored = performance.now();
    // All pairs drawn, or some: one at least.
    if (shown.live === 0 && (/^[1-9]\d* of \d+ pairs drawn/.test(text) || text.includes("drawn here in")))
      shown.live = performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
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
