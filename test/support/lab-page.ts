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
      complaints.push(`${message.type()}: ${message.text()}`);
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
