/** Opens the built lab in a real Chromium, with a fresh profile each time, and watches what goes wrong in it. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium,
} from "playwright";
import { NO_CHROMIUM, chromiumFlags, findChromium } from "../../src/cli/launch/chromium.mjs";
import { LAB_FOLDER } from "../../src/cli/launch/paths.mjs";
import { serve } from "../../src/cli/launch/serve.mjs";
import { hasGpu } from "../../src/cli/launch/vulkan.mjs";

export interface LabServer {
  /** Address of the page, without a hash. */
  readonly url: string;
  /** Opens the page at `hash` in a profile of its own. */
  open(hash?: string, options?: OpenOptions): Promise<OpenLab>;
  close(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Script that runs in the page before any of its own. */
  readonly before?: () => void;
}

export interface OpenLab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and warnings on the console, uncaught errors, failed requests, and requests to other hosts, in order. */
  readonly complaints: readonly string[];
  /** Addresses requested so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly base?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Chromium flags besides the usual ones. */
  readonly flags?: readonly string[];
  /** False leaves out the flags that bring WebGPU. */
  readonly webgpu?: boolean;
}

/** Serves the built lab and starts a browser for it. */
export async function startLab({
  flags = [],
  webgpu = true,
  ...options
}: ServeOptions = {}): Promise<LabServer> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(NO_CHROMIUM);
  const usual = webgpu
    ? chromiumFlags({ software: !hasGpu() })
    : ["--no-sandbox", "--disable-features=WebGPU"];
  const server = await serve(LAB_FOLDER, options);
  const browser = await chromium.launch({ executablePath, args: [...usual, ...flags] });
  return {
    url: server.url,
    open: (hash = "", how = {}) => openPage(browser, server.url, hash, how),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

async function openPage(browser: Browser, url: string, hash: string, how: OpenOptions): Promise<OpenLab> {
  const { before, ...options } = how;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`request failed: ${request.url()}`));
  context.on("request", (request) => {
    requests.push(request.url());
    const local = request.url().startsWith(url) || /^(?:blob|data):/.test(request.url());
    if (!local) complaints.push(`request to ${request.url()}`);
  });
  if (before) await page.addInitScript(before);
  await page.goto(`${url}${hash && !hash.startsWith("#") ? `#${hash}` : hash}`);
  return { page, context, complaints, requests, close: () => context.close() };
}

/** Waits until the run of the present experiment has finished and its charts are up to date. */
export async function finished(page: Page, timeout = 60_000): Promise<void> {
  const end = Date.now() + timeout;
  // Charts first: an edit marks them as out of date at once, while the old run's "Done" stays for a moment.
  for (;;) {
    const [stage, run] = [await textOf(page, ".stage"), await textOf(page, ".run-text")];
    if (/^(?:Measured, n = |Theory$)/.test(stage) && run.startsWith("Done")) return;
    const refused = run.startsWith("Done") && (await page.locator(".refusal").count()) > 0;
    if (refused) return;
    if (run.startsWith("Failed")) throw new Error(`the run failed: ${run}`);
    if (Date.now() > end)
      throw new Error(`the run must finish in ${timeout} ms, got "${run}", charts "${stage}"`);
    await page.waitForTimeout(25);
  }
}

/** What the strip says about the run. */
export function runText(page: Page): Promise<string> {
  return textOf(page, ".run-text");
}

function textOf(page: Page, selector: string): Promise<string> {
  return page.evaluate((css) => document.querySelector(css)?.textContent?.trim() ?? "", selector);
}

/** Types a value into the number field of that name and leaves it. */
export async function setNumber(page: Page, name: string, value: number | string): Promise<void> {
  const field = page.getByRole("textbox", { name, exact: true });
  await field.fill(String(value));
  await field.press("Enter");
}

/** Opens a section of the controls, if it is closed. */
export async function openSection(page: Page, title: string): Promise<void> {
  const summary = page.locator("summary, button[aria-expanded]").filter({ hasText: title }).first();
  const isOpen = await summary.evaluate(
    (element) =>
      element.getAttribute("aria-expanded") === "true" || element.closest("details")?.open === true,
  );
  if (!isOpen) await summary.click();
}

/** Opens every section of the controls. */
export async function openAllSections(page: Page): Promise<void> {
  const closed = page.locator("details.section:not([open]) > summary");
  while ((await closed.count()) > 0) await closed.first().click();
}

/** All numbers of the first chart in full precision: its CSV download. */
export async function chartNumbers(page: Page): Promise<string> {
  const downloading = page.waitForEvent("download");
  await page
    .getByRole("button", { name: /^Download .* as CSV$/ })
    .first()
    .click();
  const stream = await (await downloading).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

/** The link that the share menu copies. */
export async function sharedLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share and files" }).click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Link copied.").waitFor();
  await page.keyboard.press("Escape");
  return page.evaluate(() => navigator.clipboard.readText());
}
