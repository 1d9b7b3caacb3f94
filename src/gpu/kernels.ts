/** Compute kernels: WGSL texts joined, explicit bind group layouts, pipelines made once per device and set of constants. */
import { ShaderError } from "./errors.ts";

/** How a kernel sees a buffer. */
export type BindingKind = "uniform" | "read" | "write";

export interface KernelDefinition {
  /** Name of the entry point; also the label. */
  readonly name: string;
  /** WGSL texts, concatenated in order: libraries, then the kernel. */
  readonly texts: readonly string[];
  /** Bindings 0, 1 .. of groups 0, 1 .. */
  readonly groups: readonly (readonly BindingKind[])[];
}

/** Values of the kernel's `override`s. */
export type KernelConstants = Readonly<Record<string, number>>;

/** A pipeline with its layouts. */
export interface Kernel {
  readonly name: string;
  readonly pipeline: GPUComputePipeline;
  readonly layouts: readonly GPUBindGroupLayout[];
}

const BUFFER_TYPE: Readonly<Record<BindingKind, GPUBufferBindingType>> = {
  uniform: "uniform",
  read: "read-only-storage",
  write: "storage",
};

/** Makes kernels for one device, each once. A failed one is forgotten, so that a later call tries again. */
export class KernelCache {
  readonly device: GPUDevice;
  private readonly made = new Map<string, Promise<Kernel>>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  get(definition: KernelDefinition, constants: KernelConstants = {}): Promise<Kernel> {
    const key = JSON.stringify([definition.name, constants, definition.texts]);
    const found = this.made.get(key);
    if (found) return found;
    const making = compile(this.device, definition, constants).catch((error: unknown) => {
      this.made.delete(key);
      throw error;
    });
    this.made.set(key, making);
    return making;
  }

  /** Errors of a kernel's texts as "line:col message", without making a pipeline. */
  async messages({ name, texts }: KernelDefinition): Promise<readonly string[]> {
    const code = texts.join("\n");
    return compilationErrors(this.device.createShaderModule({ label: `${name}.shader`, code }), code);
  }
}

async function compile(
  device: GPUDevice,
  definition: KernelDefinition,
  constants: KernelConstants,
): Promise<Kernel> {
  const { name } = definition;
  const code = definition.texts.join("\n");
  const module = device.createShaderModule({ label: `${name}.shader`, code });
  await checkCompilation(name, module, code);
  const layouts = definition.groups.map((bindings, group) =>
    device.createBindGroupLayout({
      label: `${name}.group${group}`,
      entries: bindings.map((kind, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: BUFFER_TYPE[kind] },
      })),
    }),
  );
  const layout = device.createPipelineLayout({ label: `${name}.layout`, bindGroupLayouts: layouts });
  try {
    const pipeline = await device.createComputePipelineAsync({
      label: `${name}.pipeline`,
      layout,
      compute: { module, entryPoint: name, constants: { ...constants } },
    });
    return { name, pipeline, layouts };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ShaderError(`${name}: the pipeline must be valid, got: ${reason}`, { cause });
  }
}

async function checkCompilation(name: string, module: GPUShaderModule, code: string): Promise<void> {
  const errors = await compilationErrors(module, code);
  if (errors.length > 0)
    throw new ShaderError(`${name}: the shader must compile, got\n  ${errors.join("\n  ")}`);
}

/** "line:col message" and the line itself, for every error of a module. */
async function compilationErrors(module: GPUShaderModule, code: string): Promise<readonly string[]> {
  const { messages } = await module.getCompilationInfo();
  const lines = code.split("\n");
  return messages
    .filter(({ type }) => type === "error")
    .map(
      ({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}\n    ${lines[lineNum - 1] ?? ""}`,
    );
}

/** Sets pipeline and buffers of a kernel on a pass: buffers[g][b] is binding b of group g. */
export function bindKernel(
  device: GPUDevice,
  pass: GPUComputePassEncoder,
  kernel: Kernel,
  buffers: readonly (readonly GPUBuffer[])[],
): void {
  pass.setPipeline(kernel.pipeline);
  buffers.forEach((group, index) => {
    const layout = kernel.layouts[index];
    if (!layout) throw new RangeError(`${kernel.name}: must have a group ${index}`);
    const entries = group.map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(
      index,
      device.createBindGroup({ label: `${kernel.name}.bindings${index}`, layout, entries }),
    );
  });
}
