/** Chooses who draws the particle views and owns what they share. */
import type { DeviceView } from "../engine/engine.ts";
import { describeAdapter } from "../gpu/device.ts";
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
 * A stage for particles that may have a device copy. With a device copy on hardware it draws on that device; without one,
 * on a device of its own if the browser has a hardware adapter. Else by Canvas2D: a software rasteriser is slower than
 * that, and Chromium loses the whole GPU process when it cannot give its canvases shared images.
 */
export async function createViewStage(
  view: DeviceView | null,
  gpu: GPU | undefined = navigator.gpu,
): Promise<ViewStage> {
  if (gpu === undefined) return canvasStage();
  if (isDevice(view?.device))
    return describeAdapter(view.device.adapterInfo).software
      ? canvasStage()
      : gpuStage(view.device, gpu, null);
  const own = await ownDevice(gpu);
  return own === null ? canvasStage() : gpuStage(own, gpu, own);
}

/** The stage that every browser can have. */
export function canvasStage(): ViewStage {
  return {
    kind: "canvas",
    id: "canvas",
    fits: (view) => !isDevice(view?.device) || describeAdapter(view.device.adapterInfo).software,
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
  if (adapter === null || describeAdapter(adapter.info).software) return null;
  return adapter.requestDevice({ label: "views.device" });
}

function isDevice(candidate: unknown): candidate is GPUDevice {
  return typeof GPUDevice !== "undefined" && candidate instanceof GPUDevice;
}
