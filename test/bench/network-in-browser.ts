/**
 * The glyph network on WebGPU in Chromium: own kernels, TensorFlow.js' operations on the same device, and ONNX Runtime's WebGPU
 * provider on the same adapter, which needs a browser: under Dawn in Node its first call fails.
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright";
import { build } from "vite";
import { chromiumFlags, findChromium } from "../../src/cli/launch/chromium.mjs";
import { serve } from "../../src/cli/launch/serve.mjs";
import { hasGpu } from "../../src/cli/launch/vulkan.mjs";
import type { NetworkPage, PageSize, PageTimes } from "./network-page/times.ts";
import { exportedNetwork } from "./peers/onnx.ts";
import type { Figure, Section } from "./report.ts";

const PAGE = fileURLToPath(new URL("./network-page", import.meta.url));
/** A software adapter takes seconds for one image in the peers. */
const SIZES: Readonly<Record<"software" | "hardware", PageSize>> = {
  software: { images: 8, calls: 1, rounds: 1 },
  hardware: { images: 64, calls: 4, rounds: 5 },
};
/** Largest difference of x0Hat (in -1..1) between two f32 runtimes, with room. */
const SAME = 1e-3;
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Null without Chromium or WebGPU in it, or where Python cannot export the network. */
export async function benchNetworkInBrowser(weights: string): Promise<Section | null> {
  const executablePath = findChromium();
  const network = exportedNetwork(weights);
  if (executablePath === null || network === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "etalon-bench-"));
  await buildPage(folder);
  writeFileSync(join(folder, "network.onnx"), network);
  copyFileSync(weights, join(folder, "student.safetensors"));
  copyFileSync(weights.replace(/safetensors$/, "json"), join(folder, "student.json"));
  const server = await serve(folder, { headers: HEADERS });
  // Dispatches of a software adapter take longer than the browser lets a GPU process be silent.
  const args = [...chromiumFlags({ software: !hasGpu() }), "--disable-gpu-watchdog"];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    return await measured(page);
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    root: PAGE,
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true, target: "es2023", minify: false },
  });
}

async function measured(page: Page): Promise<Section | null> {
  await page.waitForFunction(() => "etalonBench" in globalThis);
  const lab = await page.evaluateHandle(() => (globalThis as unknown as NetworkPage).etalonBench);
  const software = await lab.evaluate((bench) => bench.isSoftware()).catch(() => null);
  if (software === null) return null;
  const size = SIZES[software ? "software" : "hardware"];
  const times = await lab.evaluate((bench, asked) => bench.measure(asked), size);
  checkSame(times);
  return {
    title: `Glyph network on WebGPU in Chromium, ${size.images} images x ${size.calls}`,
    device: times.adapter,
    figures: [
      { what: "own kernels", value: times.own, unit: "ms" },
      { what: "TensorFlow.js operations", value: times.tensorFlow, unit: "ms" },
      faster("own kernels against TensorFlow.js", times.tensorFlow / times.own, 2),
      {
        what: `ONNX Runtime ${times.onnxVersion} on WebGPU`,
        value: times.onnx,
        unit: "ms",
        note: times.trouble === null ? `on ${times.onnxAdapter}` : `does not run: ${times.trouble}`,
      },
      faster("own kernels against ONNX Runtime", times.onnx / times.own, 1),
    ],
  };
}

function faster(what: string, value: number, least: number): Figure {
  return { what: `${what}, times faster`, value, unit: "x", goal: { least } };
}

/** Peers that compute something else would make the times worthless. */
function checkSame({ apart, trouble }: PageTimes): void {
  if (apart.tensorFlow <= SAME && (apart.onnx <= SAME || trouble !== null)) return;
  throw new Error(
    `bench network: peers must agree to ${SAME}, differ by ${apart.tensorFlow} (TensorFlow.js) and ${apart.onnx} ` +
      "(ONNX Runtime); export the network anew",
  );
}
