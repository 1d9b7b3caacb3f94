/** Writes each kernel's kernel-wasm.ts: `node src/cli/launch/run.mjs test/generate/kernels.ts`. A test checks that they are current. */
import { writeFileSync } from "node:fs";
import { compileKernel, CPU_KERNEL, kernelSource, POLICY_KERNEL } from "./compile-kernel.ts";

for (const kernel of [CPU_KERNEL, POLICY_KERNEL])
  writeFileSync(new URL("kernel-wasm.ts", kernel.folder), kernelSource(kernel, await compileKernel(kernel)));
