/** Chooses who draws the particle views and owns what they share. */
import type { DeviceView } from "../engine/engine.ts";
import { createCanvasRenderer } from "./canvas/canvas-renderer.ts";
import type { ParticleRenderer } from "./scene.ts";
import { createWebGpuRenderer } from "./webgpu/webgpu-renderer.ts";
import { createViewPipelines } from "./webgpu/view-pipelines.ts";

/** Makes renderers of one kind. Canvases keep their kind of context for life, so a new kind needs new canvases. */
export interface ViewStage {
  readonly kind: ParticleRenderer["kind"];
  /** Differs between stages: canvases of one cannot serve another. */
  readonly id: string;
  /** True if this stage may go on drawing recordings with this device copy (or none). */
  fits(view: DeviceView | null): boolean;
  mount(canvas: HTMLCanvasElement): ParticleRenderer;
  /** Frees what the renderers share; dispose the renderers first. */
  dispose(): void;
}

/**
 * A stage for particles that may have a device copy. With a device copy it draws on that device; else on a device of
 * its own if the browser has a hardware adapter; else by Canvas2D, which is faster than a software rasteriser.
 */
export async function createViewStage(
  view: DeviceView | null,
  gpu: GPU | undefined = navigator.gpu,
): Promise<ViewStage> {
  if (gpu === undefined) return canvasStage();
  if (isDevice(view?.device)) return gpuStage(view.device, gpu, null);
  const own = await ownDevice(gpu);
  return own === null ? canvasStage() : gpuStage(own, gpu, own);
}

/** The stage that every browser can have. */
export function canvasStage(): ViewStage {
  return {
    kind: "canvas",
    id: "canvas",
    fits: (view) => !isDevice(view?.device),
    mount: createCanvasRenderer,
    dispose: () => undefined,
  };
}

function gpuStage(device: GPUDevice, gpu: GPU, own: GPUDevice | null): ViewStage {
  const pipelines = createViewPipelines(device, gpu.getPreferredCanvasFormat());
  let lost = false;
  void device.lost.then(() => (lost = true));
  return {
    kind: "webgpu",
    id: crypto.randomUUID(),
    fits: (view) => !lost && (own === null ? view?.device === device : !isDevice(view?.device)),
    mount: (canvas) => createWebGpuRenderer(canvas, pipelines),
    dispose: () => own?.destroy(),
  };
}

/** A device for drawing only; null without a hardware adapter. */
async function ownDevice(gpu: GPU): Promise<GPUDevice | null> {
  const adapter = await gpu.requestAdapter({ powerPreference: "low-power" });
  if (adapter === null || isSoftware(adapter.info)) return null;
  return adapter.requestDevice({ label: "views.device" });
}

function isSoftware(info: GPUAdapterInfo): boolean {
  const name = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software|basic render/.test(name);
}

function isDevice(candidate: unknown): candidate is GPUDevice {
  return typeof GPUDevice !== "undefined" && candidate instanceof GPUDevice;
}
