import { expect, it } from "vitest";
import { uniformLayout } from "../../src/gpu/uniform-layout.ts";

const LAYOUT = uniformLayout("P", { a: "f32", b: "vec4f", c: "u32", d: "i32", e: "vec2u" });

it("A uniform layout packs values at the offsets of their fields", () => {
  const packed = LAYOUT.pack({ a: 1.5, b: [1, 2, 3, 4], c: 0xffffffff, d: -2, e: [7, 8] });
  expect(packed.byteLength).toBe(48);
  expect([...new Float32Array(packed, 0, 1)]).toEqual([1.5]);
  expect([...new Float32Array(packed, 16, 4)]).toEqual([1, 2, 3, 4]);
  expect(new Uint32Array(packed)[8]).toBe(0xffffffff);
  expect(new Int32Array(packed)[9]).toBe(-2);
  expect([...new Uint32Array(packed, 40, 2)]).toEqual([7, 8]);
});

it("A uniform layout refuses a vector of the wrong length, naming the field", () => {
  const values = { a: 1, b: [1, 2, 3], c: 0, d: 0, e: [0, 0] };
  expect(() => LAYOUT.pack(values)).toThrow("P.b: must be 4 numbers (vec4f), got 3");
});
