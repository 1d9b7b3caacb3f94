import { describe, expect, it } from "vitest";
import { KERNEL_WASM as POLICY_WASM } from "../../src/alignment/wasm/kernel/kernel-wasm.ts";
import { KERNEL_WASM as CPU_WASM } from "../../src/engine/cpu/kernel/kernel-wasm.ts";
import { compileKernel, CPU_KERNEL, POLICY_KERNEL } from "../generate/compile-kernel.ts";

const KERNELS = [
  { name: "CPU engine", files: CPU_KERNEL, stored: CPU_WASM, from: "0xd2511f53", to: "0xd2511f55" },
  { name: "policy network", files: POLICY_KERNEL, stored: POLICY_WASM, from: "12582912", to: "12582913" },
];

describe.each(KERNELS)("The kernel of the $name", ({ files, stored, from, to }) => {
  it("is stored as its sources compile to; node src/cli/launch/run.mjs test/generate/kernels.ts writes it", async () => {
    expect(Buffer.from(await compileKernel(files)).toString("base64")).toBe(stored);
  });

  it("compiles to other bytes from another source (control)", async () => {
    const changed = await compileKernel(files, (text) => text.replace(from, to));
    expect(Buffer.from(changed).toString("base64")).not.toBe(stored);
  });
});
