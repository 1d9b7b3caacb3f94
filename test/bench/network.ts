/**
 * The glyph network: TensorFlow.js on WebAssembly against PyTorch eager and ONNX Runtime; own WGSL kernels against TensorFlow.js and
 * ONNX Runtime on WebGPU, in Chromium. Where the browser's part cannot run, own kernels against TensorFlow.js under Dawn in Node.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { GLYPH, imageSize } from "../../src/network/architecture.ts";
import { openWeights, readManifest } from "../../src/network/manifest.ts";
import type { NetworkModel } from "../../src/network/model.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { WebGpuNetwork } from "../../src/network/webgpu/network.ts";
import type { NetworkWeights } from "../../src/network/weights.ts";
import type { BenchDevice } from "./device.ts";
import { benchNetworkInBrowser } from "./network-in-browser.ts";
import { lendNavigator } from "./peers/navigator.ts";
import { onnxNetwork } from "./peers/onnx.ts";
import { pytorchNetwork } from "./peers/pytorch.ts";
import type { Figure, Section } from "./report.ts";
import { leastMs } from "./timing.ts";

const FILE = fileURLToPath(new URL("../../public/models/glyphs/student.safetensors", import.meta.url));
const ROUNDS = 3;
const CPU_IMAGES = 16;
/** A grid of the image page. */
const GRID = { images: 64, calls: 4 };
/** Largest difference of x0Hat (in -1..1) between two f32 runtimes, with room. */
const SAME = 1e-3;
/** A software adapter takes seconds for one image in TensorFlow.js' operations. */
const SOFTWARE = { images: 2, calls: 1 };
const REAL = { images: 64, calls: 4 };
const BACKEND = "etalon-bench-network";

/** Sections for the CPU and, with a browser or a device, for WebGPU. */
export async function benchNetwork(bench: BenchDevice | null): Promise<Section[]> {
  const manifest = readManifest(
    JSON.parse(readFileSync(FILE.replace(/safetensors$/, "json"), "utf8")),
    "student",
  );
  const weights = await openWeights(new Uint8Array(readFileSync(FILE)), manifest, GLYPH);
  const onnx = await againstOnnx(weights);
  const onWebGpu = (await benchNetworkInBrowser(FILE)) ?? (bench ? await onDevice(weights, bench) : null);
  return [await onCpu(weights), ...(onnx ? [onnx] : []), ...(onWebGpu ? [onWebGpu] : [])];
}

async function startWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  await tf.setBackend("wasm");
}

/** ONNX Runtime on the same network and thread count, or null where Python cannot export it. */
async function againstOnnx(weights: NetworkWeights): Promise<Section | null> {
  const peer = await onnxNetwork(FILE, CPU_IMAGES);
  if (peer === null) return null;
  await startWasm();
  const own = new TensorNetwork(weights);
  await checkSame(own, peer.model);
  const runs = [own, peer.model].map((network) => calls(network, GRID.images, GRID.calls));
  const [ownMs = NaN, peerMs = NaN] = await leastMs(runs, 1);
  own.dispose();
  await peer.dispose();
  return {
    title: `Glyph network on one core, ${GRID.images} images x ${GRID.calls}`,
    device: cpus()[0]?.model.trim() ?? "CPU",
    figures: [
      { what: "TensorFlow.js on WebAssembly", value: ownMs, unit: "ms" },
      { what: `ONNX Runtime ${peer.version} on WebAssembly`, value: peerMs, unit: "ms" },
      { what: "TensorFlow.js, times faster", value: peerMs / ownMs, unit: "x" },
    ],
  };
}

/** Peers that compute something else would make the times worthless. */
async function checkSame(own: NetworkModel, peer: NetworkModel): Promise<void> {
  const x = Float32Array.from({ length: 2 * imageSize(GLYPH) }, (_, i) => Math.sin(0.7 * i));
  const prompts = new Int32Array(2 * GLYPH.slots.length);
  const [mine, theirs] = [await own.predict(x, 0.6, 0.2, prompts), await peer.predict(x, 0.6, 0.2, prompts)];
  const apart = mine.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? NaN))), 0);
  if (!(apart <= SAME))
    throw new Error(
      `bench network: peers must agree to ${SAME}, differ by ${apart}; export the network anew`,
    );
}

async function onCpu(weights: NetworkWeights): Promise<Section> {
  await startWasm();
  const network = new TensorNetwork(weights);
  const [ms = NaN] = await leastMs([calls(network, CPU_IMAGES, 1)], ROUNDS);
  network.dispose();
  const torch = pytorchNetwork(FILE, CPU_IMAGES, ROUNDS);
  return {
    title: `Glyph network on one core, ${CPU_IMAGES} images a call`,
    device: cpus()[0]?.model.trim() ?? "CPU",
    figures: [
      { what: "TensorFlow.js on WebAssembly, per image", value: ms / CPU_IMAGES, unit: "ms" },
      ...(torch ? againstTorch(torch, ms) : []),
    ],
  };
}

function againstTorch({ ms, version }: { ms: number; version: string }, own: number): Figure[] {
  return [
    { what: `PyTorch ${version} eager, per image`, value: ms / CPU_IMAGES, unit: "ms" },
    {
      what: "WebAssembly, share of PyTorch's speed",
      value: ms / own,
      unit: "x",
      goal: { least: 0.3 },
      note: "limit: WebAssembly has 128-bit vectors, this processor 256",
    },
  ];
}

async function onDevice(weights: NetworkWeights, { gpu, context, kernels }: BenchDevice): Promise<Section> {
  const size = context.software ? SOFTWARE : REAL;
  const own = new WebGpuNetwork(kernels, weights);
  const { device } = context;
  lendNavigator(gpu);
  tf.registerBackend(BACKEND, () => new WebGPUBackend(device as never, device.adapterInfo as never));
  tf.copyRegisteredKernels("webgpu", BACKEND);
  if (!(await tf.setBackend(BACKEND)))
    throw new Error("bench network: TensorFlow.js must start on the shared device, it did not");
  await tf.ready();
  const peer = new TensorNetwork(weights, size.images);
  const runs = [own, peer].map((network) => calls(network, size.images, size.calls));
  const [ownMs = NaN, peerMs = NaN] = await leastMs(runs, context.software ? 1 : ROUNDS);
  own.dispose();
  return {
    title: `Glyph network on WebGPU, ${size.images} images x ${size.calls}`,
    device: context.adapter,
    figures: [
      { what: "own kernels", value: ownMs, unit: "ms" },
      { what: "TensorFlow.js operations", value: peerMs, unit: "ms" },
      { what: "own kernels, times faster", value: peerMs / ownMs, unit: "x", goal: { least: 2 } },
    ],
  };
}

function calls(network: NetworkModel, images: number, count: number): () => Promise<void> {
  const x = Float32Array.from({ length: images * imageSize(GLYPH) }, (_, i) => Math.sin(0.7 * i));
  const prompts = new Int32Array(images * GLYPH.slots.length);
  return async () => {
    for (let i = 0; i < count; i++) await network.predict(x, 0.6, 0.2, prompts);
  };
}
