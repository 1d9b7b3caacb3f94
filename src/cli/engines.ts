/** Opens the engine of a run in Node. */
import type { Engine } from "../engine/engine.ts";
import { createCpuEngine } from "../engine/cpu/index.ts";

export interface OpenedEngine {
  readonly engine: Engine;
  /** Why it is not the one a reader might expect, or null. */
  readonly notice: string | null;
}

/** The named engine, or the default: WebGPU where there is a hardware adapter, else the CPU. */
export async function openEngine(wanted: "cpu" | "webgpu" | null): Promise<OpenedEngine> {
  if (wanted === "cpu") return { engine: await createCpuEngine(), notice: null };
  if (wanted === "webgpu") return { engine: await openWebGpu(), notice: null };
  try {
    const engine = await openWebGpu();
    if (!engine.info.software) return { engine, notice: null };
    const { adapter } = engine.info;
    engine.dispose();
    return {
      engine: await createCpuEngine(),
      notice: `The only WebGPU adapter is ${adapter}, which runs on the CPU; using the CPU engine. --engine webgpu overrides this.`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { engine: await createCpuEngine(), notice: `No WebGPU (${reason}); using the CPU engine.` };
  }
}

/** Dawn closes with its GPU object, so it must stay referenced for as long as the process lives. */
const keep: unknown[] = [];

async function openWebGpu(): Promise<Engine> {
  const [{ create, globals }, { createWebGpuEngine }] = await Promise.all([
    import("webgpu"),
    import("../engine/webgpu/index.ts"),
  ]);
  Object.assign(globalThis, globals);
  const gpu = create([]);
  keep.push(gpu);
  return createWebGpuEngine(gpu);
}
