import { expect, it } from "vitest";
import { KERNEL_WASM } from "../../src/engine/cpu/kernel/kernel-wasm.ts";
import { compileKernel } from "../generate/compile-kernel.ts";

it("stores the kernel that its sources compile to; node src/cli/launch/run.mjs test/generate/cpu-kernel.ts writes it", async () => {
  expect(Buffer.from(await compileKernel()).toString("base64")).toBe(KERNEL_WASM);
});

it("compiles to other bytes from another source (control)", async () => {
  const changed = await compileKernel((text) => text.replace("0xd2511f53", "0xd2511f55"));
  expect(Buffer.from(changed).toString("base64")).not.toBe(KERNEL_WASM);
});
