import { describe, expect, it } from "vitest";

describe("WebGPU in Node", () => {
  it("finds an adapter", async () => {
    const { create } = await import("webgpu");
    const adapter = await create([]).requestAdapter();
    expect(adapter).not.toBeNull();
    console.log(adapter?.info.description);
  });
});
