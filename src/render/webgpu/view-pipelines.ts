/** Pipelines of the particle views on one device, shared by all canvases that it draws. */
import { VIEW_SHADERS } from "./view-shaders.ts";

export interface ViewPipelines {
  readonly device: GPUDevice;
  readonly format: GPUTextureFormat;
  readonly layouts: {
    readonly params: GPUBindGroupLayout;
    readonly cloud: GPUBindGroupLayout;
    readonly countsWrite: GPUBindGroupLayout;
    readonly countsRead: GPUBindGroupLayout;
  };
  readonly particles: GPURenderPipeline;
  readonly trails: GPURenderPipeline;
  readonly density: GPURenderPipeline;
  readonly densityCount: GPUComputePipeline;
}

/** Compiles all view pipelines for canvases of `format`. */
export function createViewPipelines(device: GPUDevice, format: GPUTextureFormat): ViewPipelines {
  const layouts = createLayouts(device);
  const drawing = [layouts.params, layouts.cloud];
  const draw = (name: "particles" | "trails" | "density", groups: GPUBindGroupLayout[]) => {
    const module = device.createShaderModule({ label: `${name}.module`, code: VIEW_SHADERS[name] });
    return device.createRenderPipeline({
      label: `${name}.pipeline`,
      layout: device.createPipelineLayout({ label: `${name}.layout`, bindGroupLayouts: groups }),
      vertex: { module, entryPoint: `${name}_vertex` },
      fragment: { module, entryPoint: `${name}_fragment`, targets: [{ format, blend: OVER }] },
      primitive: { topology: name === "density" ? "triangle-list" : "triangle-strip" },
    });
  };
  return {
    device,
    format,
    layouts,
    particles: draw("particles", drawing),
    trails: draw("trails", drawing),
    density: draw("density", [...drawing, layouts.countsRead]),
    densityCount: device.createComputePipeline({
      label: "densityCount.pipeline",
      layout: device.createPipelineLayout({
        label: "densityCount.layout",
        bindGroupLayouts: [...drawing, layouts.countsWrite],
      }),
      compute: {
        module: device.createShaderModule({ label: "densityCount.module", code: VIEW_SHADERS.densityCount }),
        entryPoint: "density_count",
      },
    }),
  };
}

// Premultiplied "over".
const OVER: GPUBlendState = {
  color: { srcFactor: "one", dstFactor: "one-minus-src-alpha", operation: "add" },
  alpha: { srcFactor: "one", dstFactor: "one-minus-src-alpha", operation: "add" },
};

function createLayouts(device: GPUDevice): ViewPipelines["layouts"] {
  const all = GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT | GPUShaderStage.COMPUTE;
  const seen = GPUShaderStage.VERTEX | GPUShaderStage.COMPUTE;
  const layout = (label: string, entries: [GPUShaderStageFlags, GPUBufferBindingType][]) =>
    device.createBindGroupLayout({
      label: `views.${label}`,
      entries: entries.map(([visibility, type], binding) => ({ binding, visibility, buffer: { type } })),
    });
  return {
    params: layout("params", [
      [all, "uniform"],
      [seen, "read-only-storage"],
    ]),
    cloud: layout("cloud", [[seen, "read-only-storage"]]),
    countsWrite: layout("countsWrite", [[GPUShaderStage.COMPUTE, "storage"]]),
    countsRead: layout("countsRead", [[GPUShaderStage.FRAGMENT, "read-only-storage"]]),
  };
}
