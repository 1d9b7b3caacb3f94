/**
 * Writes src/engine/cpu/kernel/kernel-wasm.ts: `node src/cli/launch/run.mjs test/generate/cpu-kernel.ts`. A test checks that the
 * file is current.
 */
import { writeFileSync } from "node:fs";
import { compileKernel, kernelSource } from "./compile-kernel.ts";

const file = new URL("../../src/engine/cpu/kernel/kernel-wasm.ts", import.meta.url);
writeFileSync(file, kernelSource(await compileKernel()));
