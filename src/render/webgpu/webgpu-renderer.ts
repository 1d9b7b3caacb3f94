/** Particles by WebGPU: from the engine's own buffer when it is on this device, else from one upload per recording. */
import type { FrameLook, ParticleCloud, ParticleRenderer } from "../scene.ts";
import { packViewParams, VIEW_PARAMS_BYTES } from "./view-params.ts";
import type { ViewPipelines } from "./view-pipelines.ts";

/** A renderer on `canvas`; throws if the canvas already has a context of another kind. */
export function createWebGpuRenderer(canvas: HTMLCanvasElement, pipelines: ViewPipelines): ParticleRenderer {
  const context = canvas.getContext("webgpu");
  if (context === null)
    throw new Error("createWebGpuRenderer: needs a WebGPU context, got none; use a fresh canvas");
  context.configure({ device: pipelines.device, format: pipelines.format, alphaMode: "premultiplied" });
  return new WebGpuRenderer(canvas, context, pipelines);
}

/** One particle pass: parameters of its own, since a submission reads them all at once. */
interface Pass {
  readonly params: GPUBuffer;
  readonly group: GPUBindGroup;
}

interface LoadedCloud {
  readonly cloud: ParticleCloud;
  /** Buffers that are ours to destroy. */
  readonly owned: readonly GPUBuffer[];
  readonly points: Pass;
  readonly lines: Pass;
  readonly group: GPUBindGroup;
}

interface Counts {
  readonly bins: number;
  readonly buffer: GPUBuffer;
  readonly write: GPUBindGroup;
  readonly read: GPUBindGroup;
}

const WORKGROUP = 64;

class WebGpuRenderer implements ParticleRenderer {
  readonly kind = "webgpu";
  readonly #canvas: HTMLCanvasElement;
  readonly #context: GPUCanvasContext;
  readonly #pipelines: ViewPipelines;
  #loaded: LoadedCloud | null = null;
  #counts: Counts | null = null;
  #ratio = 1;

  constructor(canvas: HTMLCanvasElement, context: GPUCanvasContext, pipelines: ViewPipelines) {
    this.#canvas = canvas;
    this.#context = context;
    this.#pipelines = pipelines;
  }

  setCloud(cloud: ParticleCloud): void {
    this.#release();
    this.#loaded = loadCloud(this.#pipelines, cloud);
  }

  resize(width: number, height: number, ratio: number): void {
    const limit = this.#pipelines.device.limits.maxTextureDimension2D;
    this.#ratio = ratio;
    this.#canvas.width = Math.max(1, Math.min(limit, Math.round(width * ratio)));
    this.#canvas.height = Math.max(1, Math.min(limit, Math.round(height * ratio)));
  }

  draw(look: FrameLook): void {
    const { device } = this.#pipelines;
    const encoder = device.createCommandEncoder({ label: "views.frame" });
    const loaded = this.#loaded;
    const counts = loaded === null || look.density === null ? null : this.#countsOf(look.density.bins);
    if (loaded !== null) this.#writeParams(loaded, look);
    if (loaded !== null && counts !== null) this.#count(encoder, loaded, counts);
    const pass = encoder.beginRenderPass({
      label: "views.draw",
      colorAttachments: [
        {
          view: this.#context.getCurrentTexture().createView(),
          clearValue: { r: 0, g: 0, b: 0, a: 0 },
          loadOp: "clear",
          storeOp: "store",
        },
      ],
    });
    if (loaded !== null) this.#drawLayers(pass, loaded, counts, look);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    this.#release();
    this.#counts?.buffer.destroy();
    this.#counts = null;
    this.#context.unconfigure();
  }

  #release(): void {
    for (const buffer of this.#loaded?.owned ?? []) buffer.destroy();
    this.#loaded = null;
  }

  #writeParams({ cloud, points, lines }: LoadedCloud, look: FrameLook): void {
    const { queue } = this.#pipelines.device;
    const size = [this.#canvas.width, this.#canvas.height] as const;
    const disc = { width: look.pointSize * this.#ratio, opacity: look.opacity };
    queue.writeBuffer(points.params, 0, packViewParams(look, cloud, size, disc));
    const line = { width: Math.max(1, this.#ratio), opacity: 0.45 };
    queue.writeBuffer(lines.params, 0, packViewParams(look, cloud, size, line));
  }

  #count(encoder: GPUCommandEncoder, loaded: LoadedCloud, counts: Counts): void {
    encoder.clearBuffer(counts.buffer);
    const pass = encoder.beginComputePass({ label: "views.count" });
    pass.setPipeline(this.#pipelines.densityCount);
    pass.setBindGroup(0, loaded.points.group);
    pass.setBindGroup(1, loaded.group);
    pass.setBindGroup(2, counts.write);
    pass.dispatchWorkgroups(Math.ceil(loaded.cloud.particles / WORKGROUP));
    pass.end();
  }

  #drawLayers(pass: GPURenderPassEncoder, loaded: LoadedCloud, counts: Counts | null, look: FrameLook): void {
    const { cloud, points, lines, group } = loaded;
    pass.setBindGroup(1, group);
    if (counts !== null) {
      pass.setPipeline(this.#pipelines.density);
      pass.setBindGroup(0, points.group);
      pass.setBindGroup(2, counts.read);
      pass.draw(3);
    }
    const pieces = Math.min(look.trails, cloud.particles) * look.frame;
    if (pieces > 0) {
      pass.setPipeline(this.#pipelines.trails);
      pass.setBindGroup(0, lines.group);
      pass.draw(4, pieces);
    }
    if (look.points) {
      pass.setPipeline(this.#pipelines.particles);
      pass.setBindGroup(0, points.group);
      pass.draw(4, cloud.particles);
    }
  }

  #countsOf(bins: number): Counts {
    if (this.#counts?.bins === bins) return this.#counts;
    this.#counts?.buffer.destroy();
    const { device, layouts } = this.#pipelines;
    const buffer = device.createBuffer({
      label: "views.counts",
      size: bins * bins * 4,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    const entries = [{ binding: 0, resource: { buffer } }];
    this.#counts = {
      bins,
      buffer,
      write: device.createBindGroup({ label: "views.counts", layout: layouts.countsWrite, entries }),
      read: device.createBindGroup({ label: "views.counts", layout: layouts.countsRead, entries }),
    };
    return this.#counts;
  }
}

function loadCloud({ device, layouts }: ViewPipelines, cloud: ParticleCloud): LoadedCloud | null {
  const shared = cloud.view !== null && cloud.view.device === device ? cloud.view.buffer : null;
  const uploaded =
    shared === null && cloud.values !== null ? upload(device, "views.cloud", cloud.values) : null;
  // DeviceView is opaque to everyone else; an engine on this very device put a GPUBuffer there.
  const buffer = uploaded ?? (shared as GPUBuffer | null);
  if (buffer === null) return null;
  const projection = upload(device, "views.projection", cloud.projection);
  const pass = (label: string): Pass => {
    const params = device.createBuffer({
      label,
      size: VIEW_PARAMS_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const entries = [params, projection].map((part, binding) => ({ binding, resource: { buffer: part } }));
    return { params, group: device.createBindGroup({ label, layout: layouts.params, entries }) };
  };
  const points = pass("views.points");
  const lines = pass("views.lines");
  return {
    cloud,
    owned: [projection, points.params, lines.params, ...(uploaded === null ? [] : [uploaded])],
    points,
    lines,
    group: device.createBindGroup({
      label: "views.cloud",
      layout: layouts.cloud,
      entries: [{ binding: 0, resource: { buffer } }],
    }),
  };
}

function upload(device: GPUDevice, label: string, values: Float32Array): GPUBuffer {
  const buffer = device.createBuffer({
    label,
    size: Math.max(16, values.byteLength),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    mappedAtCreation: true,
  });
  new Float32Array(buffer.getMappedRange()).set(values);
  buffer.unmap();
  return buffer;
}
