/** Compiles the CPU engine's WebAssembly from its AssemblyScript sources, src/engine/cpu/kernel/*.as. */
import { readFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const FOLDER = new URL("../../src/engine/cpu/kernel/", import.meta.url);
const ENTRIES = ["denoise", "normals"];
/** No runtime library, since the kernel allocates nothing; it starts with one page and its host grows it. */
const OPTIONS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"];

/**
 * The module's bytes, the same on every machine since the compiler is itself WebAssembly; `edit` may change each source first.
 * Throws what the compiler says.
 */
export async function compileKernel(edit = (text: string) => text): Promise<Uint8Array> {
  const written = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    [...ENTRIES.map((name) => `${name}.ts`), ...OPTIONS, "--outFile", "kernel.wasm"],
    {
      // The compiler insists on .ts, which the project's own tools would take for TypeScript.
      readFile: (name) =>
        ENTRIES.includes(name.replace(/\.ts$/, ""))
          ? edit(readFileSync(new URL(name.replace(/\.ts$/, ".as"), FOLDER), "utf8"))
          : null,
      writeFile: (name, contents) => void written.set(name, contents as Uint8Array),
      listFiles: () => [],
    },
  );
  const bytes = written.get("kernel.wasm");
  if (error || !bytes) throw new Error(`cpu kernel: must compile, got ${stderr.toString() || String(error)}`);
  return bytes;
}

/** The module as the source file that the engine imports. */
export function kernelSource(bytes: Uint8Array): string {
  return [
    "/** The module of denoise.as and normals.as in base64, written by test/generate/cpu-kernel.ts. */",
    "export const KERNEL_WASM =",
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}
