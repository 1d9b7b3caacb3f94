/** Compiles the project's WebAssembly from its AssemblyScript sources, the .as files of a kernel's folder. */
import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

export interface KernelFiles {
  readonly folder: URL;
  /** Sources whose exports the module has, without their ending. */
  readonly entries: readonly string[];
}

/** The CPU engine's hot loops. */
export const CPU_KERNEL: KernelFiles = {
  folder: new URL("../../src/engine/cpu/kernel/", import.meta.url),
  entries: ["denoise", "normals"],
};

/** The policy network on points. */
export const POLICY_KERNEL: KernelFiles = {
  folder: new URL("../../src/alignment/wasm/kernel/", import.meta.url),
  entries: ["products", "activation"],
};

/** No runtime library, since the kernels allocate nothing; a module starts with one page and its host grows it. */
const OPTIONS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/**
 * A module's bytes, the same on every machine since the compiler is itself WebAssembly; `edit` may change each source first.
 * Throws what the compiler says.
 */
export async function compileKernel(
  { folder, entries }: KernelFiles,
  edit = (text: string) => text,
): Promise<Uint8Array> {
  const written = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    [...entries.map((name) => `${name}.ts`), ...OPTIONS, "--outFile", "kernel.wasm"],
    {
      // The compiler insists on .ts, which the project's own tools would take for TypeScript.
      readFile: (name) =>
        entries.includes(name.replace(/\.ts$/, ""))
          ? edit(readFileSync(new URL(name.replace(/\.ts$/, ".as"), folder), "utf8"))
          : null,
      writeFile: (name, contents) => void written.set(name, contents as Uint8Array),
      listFiles: () => [],
    },
  );
  const bytes = written.get("kernel.wasm");
  if (error || !bytes) throw new Error(`kernel: must compile, got ${stderr.toString() || String(error)}`);
  return bytes;
}

/** The module as the source file that the lab imports. */
export function kernelSource({ entries }: KernelFiles, bytes: Uint8Array): string {
  return [
    `/** The module of ${entries.map((name) => `${name}.as`).join(" and ")} in base64, written by test/generate/kernels.ts. */`,
    "export const KERNEL_WASM =",
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}
