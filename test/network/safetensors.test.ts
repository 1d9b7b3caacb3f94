import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Architecture, parameterShapes } from "../../src/network/architecture.ts";
import { floatFromHalf, halfFromFloat } from "../../src/network/half.ts";
import { checkManifest, openWeights, readManifest, sha256Of } from "../../src/network/manifest.ts";
import {
  readSafetensors,
  type StoredTensor,
  type WeightFile,
  WeightFileError,
  writeSafetensors,
} from "../../src/network/safetensors.ts";
import { networkWeights, parameterOf } from "../../src/network/weights.ts";
import { hashedWeights, TINY } from "./hashed.ts";

const tensor: fc.Arbitrary<StoredTensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const sized = { minLength: size, maxLength: size };
    return fc.oneof(
      fc.float32Array({ ...sized, noNaN: true }).map((data): StoredTensor => ({ type: "F32", shape, data })),
      fc.int32Array(sized).map((data): StoredTensor => ({ type: "I32", shape, data })),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), sized)
        .map((bits) => Float32Array.from(bits, floatFromHalf).map((v) => (Number.isNaN(v) ? 0 : v)))
        .map((data): StoredTensor => ({ type: "F16", shape, data })),
    );
  });

const file: fc.Arbitrary<WeightFile> = fc.record({
  tensors: fc
    .dictionary(
      fc.string().filter((name) => name !== "__metadata__"),
      tensor,
      { maxKeys: 5, noNullPrototype: true },
    )
    .map((entries) => new Map(Object.entries(entries))),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
});

/** The file's bytes with another header. */
function withHeader(bytes: Uint8Array, change: (header: Record<string, unknown>) => unknown): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
    string,
    unknown
  >;
  const text = new TextEncoder().encode(JSON.stringify(change(header)));
  const out = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(bytes.subarray(8 + length), 8 + text.length);
  return out;
}

const small = writeSafetensors({
  tensors: new Map<string, StoredTensor>([
    ["first", { type: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ["second", { type: "F16", shape: [2], data: Float32Array.of(0.5, -2) }],
  ]),
  metadata: {},
});

describe("Half precision", () => {
  it("survives the way to 32 bits and back, all 65,536 of them", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = floatFromHalf(bits);
      if (!Number.isNaN(value)) expect(halfFromFloat(value)).toBe(bits);
    }
  });

  it("rounds to the nearest, ties to even", () => {
    fc.assert(
      fc.property(fc.float({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const got = floatFromHalf(halfFromFloat(value));
        // Half an ulp: 2^-11 of the number, or 2^-25 where it is subnormal.
        expect(Math.abs(got - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
      }),
    );
    expect(floatFromHalf(halfFromFloat(2049))).toBe(2048);
    expect(floatFromHalf(halfFromFloat(2051))).toBe(2052);
    expect(halfFromFloat(65520)).toBe(0x7c00);
  });
});

describe("A weight file", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(file, (weights) => {
        const read = readSafetensors(writeSafetensors(weights));
        expect(Object.fromEntries(read.tensors)).toEqual(Object.fromEntries(weights.tensors));
        expect(read.metadata).toEqual(weights.metadata);
      }),
    );
  });

  it("read wherever it lies in a larger buffer", () => {
    for (const offset of [0, 1, 3]) {
      const larger = new Uint8Array(small.length + 8);
      larger.set(small, offset);
      const read = readSafetensors(larger.subarray(offset, offset + small.length));
      expect([...read.tensors.get("first")!.data]).toEqual([1, 2, 3, 4, 5, 6]);
    }
    expect([...readSafetensors(Buffer.from(small)).tensors.get("second")!.data]).toEqual([0.5, -2]);
  });

  it("cut off anywhere is refused, and nothing but WeightFileError is thrown", () => {
    for (let length = 0; length < small.length; length++)
      expect(() => readSafetensors(small.subarray(0, length), "a.safetensors"), `${length}`).toThrow(
        WeightFileError,
      );
    expect(() => readSafetensors(small.subarray(0, small.length - 1), "a.safetensors")).toThrow(
      /a\.safetensors: tensor second must end within the file, at byte \d+, got \d+ bytes/,
    );
  });

  it("with bytes changed at random is read or refused, never worse", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const bytes = small.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            readSafetensors(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(WeightFileError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["an unknown type", { dtype: "F8" }, /tensor first must have dtype F32, F16, I32, got F8/],
    [
      "another shape",
      { shape: [3, 3] },
      /tensor first must fill 36 bytes for F32 \[3, 3\], got offsets \[0, 24\]/,
    ],
    [
      "a shape of fractions",
      { shape: [1.5, 4] },
      /tensor first must have a shape of whole numbers, got \[1\.5,4\]/,
    ],
    ["an overlap", { data_offsets: [2, 26] }, /must begin where the one before it ends/],
    ["offsets backwards", { data_offsets: [24, 0] }, /tensor first must fill 24 bytes/],
  ])("with %s is refused by the tensor's name", (_what, change, message) => {
    const bytes = withHeader(small, (header) => ({
      ...header,
      first: { ...(header["first"] as object), ...change },
    }));
    expect(() => readSafetensors(bytes)).toThrow(message);
  });
});

describe("The network's weights", () => {
  const good = hashedWeights(TINY);
  const without = (name: string) => ({
    ...good,
    tensors: new Map([...good.tensors].filter(([key]) => key !== name)),
  });
  const changed = (name: string, change: Partial<StoredTensor>) => ({
    ...good,
    tensors: new Map([...good.tensors, [name, { ...good.tensors.get(name)!, ...change }]]),
  });

  it("turn a convolution's filter to [rows, columns, inputs, outputs]", () => {
    const weights = networkWeights(TINY, good);
    const { shape, data } = good.tensors.get("shrink1.weight")!;
    const [outputs = 0, inputs = 0] = shape;
    const turned = parameterOf(weights, "shrink1.weight");
    expect(turned.shape).toEqual([9 * inputs, outputs]);
    // Output 2, input 3, row 1, column 2.
    expect(turned.data[((1 * 3 + 2) * inputs + 3) * outputs + 2]).toBe(
      data[((2 * inputs + 3) * 3 + 1) * 3 + 2],
    );
  });

  it("are refused by name if a tensor is missing, strange, of another shape, or not finite", () => {
    const of = (file: WeightFile) => () => networkWeights(TINY, file, "student");
    expect(of(good)).not.toThrow();
    expect(of(without("time1.bias"))).toThrow(/student: tensor time1\.bias must be .*\[16\], got none/);
    expect(
      of({ ...good, tensors: new Map([...good.tensors, ["x", good.tensors.get("norm.bias")!]]) }),
    ).toThrow(/also x/);
    expect(of(changed("time1.bias", { shape: [4, 4] }))).toThrow(/time1\.bias .* got F32 \[4, 4\]/);
    const bad = good.tensors.get("time1.bias")!.data.slice();
    bad[3] = Infinity;
    expect(of(changed("time1.bias", { data: bad }))).toThrow(/time1\.bias must be finite, got Infinity at 3/);
  });
});

describe("The manifest", () => {
  const bytes = writeSafetensors(hashedWeights(TINY));
  const listed = (architecture: Architecture) =>
    Object.fromEntries(parameterShapes(architecture).map(({ name, shape }) => [name, shape]));

  it("opens the file it describes, and no other", async () => {
    const json = {
      version: 1,
      file: "tiny.safetensors",
      bytes: bytes.length,
      sha256: await sha256Of(bytes),
      tensors: listed(TINY),
      seed: 3,
    };
    const manifest = readManifest(JSON.parse(JSON.stringify(json)));
    expect(manifest.about).toEqual({ version: 1, seed: 3 });
    checkManifest(manifest, TINY);
    await openWeights(bytes, manifest, TINY);
    const damaged = bytes.slice();
    damaged[bytes.length - 5]! ^= 1;
    await expect(openWeights(damaged, manifest, TINY)).rejects.toThrow(/SHA-256 must be [0-9a-f]{64}, got/);
    await expect(openWeights(bytes.subarray(1), manifest, TINY)).rejects.toThrow(/must have \d+ bytes/);
    expect(() =>
      checkManifest({ ...manifest, tensors: { ...manifest.tensors, "norm.bias": [9] } }, TINY),
    ).toThrow(/norm\.bias must have shape \[16\] by the manifest, got \[9\]/);
  });

  it.each([
    ["no object", 3, /file/],
    ["a path as file", { file: "../a" }, /file must be a plain file name/],
    ["a short hash", { file: "a", sha256: "00" }, /sha256/],
    ["no tensors", { file: "a", sha256: "0".repeat(64) }, /tensors/],
    ["a strange shape", { file: "a", sha256: "0".repeat(64), tensors: { a: "big" } }, /tensors\.a/],
  ])("with %s is refused", (_what, value, message) => {
    expect(() => readManifest(value)).toThrow(message);
  });
});
