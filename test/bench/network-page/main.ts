/** Runs in the browser: one network by our own kernels, by TensorFlow.js on the same device, by ONNX Runtime on the same adapter. */
import * as ort from "onnxruntime-web/webgpu";
import { startDeviceBackend } from "../../../src/engine/tensorflow/device-backend.ts";
import { acquireDevice, describeAdapter } from "../../../src/gpu/device.ts";
import { KernelCache } from "../../../src/gpu/kernels.ts";
import { GLYPH, imageSize } from "../../../src/network/architecture.ts";
import { openWeights, readManifest } from "../../../src/network/manifest.ts";
import { TensorNetwork } from "../../../src/network/tensorflow/network.ts";
import { WebGpuNetwork } from "../../../src/network/webgpu/network.ts";
import type { NetworkWeights } from "../../../src/network/weights.ts";
import { applySession } from "../../support/onnx-network.ts";
import { leastMs } from "../timing.ts";
import type { NetworkPage, PageSize, PageTimes } from "./times.ts";

const T = 0.6;
const S = 0.2;

/** x0Hat of the same images at each call. */
type Call = () => Promise<Float32Array>;

async function measure({ images, calls, rounds }: PageSize): Promise<PageTimes> {
  const context = await acquireDevice(navigator.gpu);
  const weights = await loadWeights();
  const x = Float32Array.from({ length: images * imageSize(GLYPH) }, (_, i) => Math.sin(0.7 * i));
  const prompts = new Int32Array(images * GLYPH.slots.length);
  const own = new WebGpuNetwork(new KernelCache(context.device), weights, images);
  await startDeviceBackend("bench network", context.device);
  const layers = new TensorNetwork(weights, images);
  const onnx = await onnxCall(x, prompts, images);
  const peers: readonly Call[] = [
    () => own.predict(x, T, S, prompts),
    () => layers.predict(x, T, S, prompts),
    ...("call" in onnx ? [onnx.call] : []),
  ];
  const answers: Float32Array[] = [];
  const runs = peers.map((call, peer) => async () => {
    for (let i = 0; i < calls; i++) answers[peer] = await call();
  });
  const [ownMs = NaN, layersMs = NaN, onnxMs = NaN] = await leastMs(runs, rounds);
  return {
    adapter: context.adapter,
    onnxAdapter: "call" in onnx ? describeAdapter((await ort.env.webgpu.device).adapterInfo).adapter : "",
    onnxVersion: ort.env.versions.web ?? "",
    own: ownMs,
    tensorFlow: layersMs,
    onnx: onnxMs,
    trouble: "call" in onnx ? null : onnx.trouble,
    apart: { tensorFlow: apart(answers[0], answers[1]), onnx: apart(answers[0], answers[2]) },
  };
}

async function loadWeights(): Promise<NetworkWeights> {
  const manifest: unknown = await (await fetch("student.json")).json();
  const file = await (await fetch("student.safetensors")).arrayBuffer();
  return openWeights(new Uint8Array(file), readManifest(manifest, "student"), GLYPH);
}

/** A call of ONNX Runtime's WebGPU provider, or why there is none. */
async function onnxCall(
  x: Float32Array,
  prompts: Int32Array,
  images: number,
): Promise<{ readonly call: Call } | { readonly trouble: string }> {
  try {
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create("network.onnx", { executionProviders: ["webgpu"] });
    const t = new Array<number>(images).fill(T);
    const s = new Array<number>(images).fill(S);
    const call = () => applySession(session, ort.Tensor, { x, t, s, prompts });
    await call();
    return { call };
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** Largest difference; NaN where one is missing. */
function apart(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return NaN;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

async function isSoftware(): Promise<boolean> {
  const context = await acquireDevice(navigator.gpu);
  context.dispose();
  return context.software;
}

(globalThis as unknown as NetworkPage).etalonBench = { isSoftware, measure };
