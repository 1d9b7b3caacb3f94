import { expect, it } from "vitest";
import { BufferScope, readBuffers } from "../../src/gpu/buffers.ts";
import type { GpuContext } from "../../src/gpu/device.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { createHistogram } from "../../src/engine/webgpu/histogram.ts";
import { createSumsReduction, joinPairs } from "../../src/engine/webgpu/reduce-sums.ts";
import { createScalarSums } from "../../src/engine/webgpu/scalar-sums.ts";
import { createVectorSums } from "../../src/engine/webgpu/vector-sums.ts";
import { fillNormals } from "../../src/math/philox.ts";
import { pairIndex } from "../../src/measure/vector-sums.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectClose } from "../support/numbers.ts";

const F32 = 2 ** -24;

/** Runs one command buffer in a scope that is destroyed afterwards. */
async function onDevice<T>(
  { device, software }: GpuContext,
  work: (
    space: { kernels: KernelCache; software: boolean; scope: BufferScope },
    run: (encode: (pass: GPUComputePassEncoder) => void) => void,
  ) => Promise<T>,
): Promise<T> {
  const scope = new BufferScope(device);
  const run = (encode: (pass: GPUComputePassEncoder) => void) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  try {
    return await checked(device, "sums", () =>
      work({ kernels: new KernelCache(device), software, scope }, run),
    );
  } finally {
    scope.dispose();
  }
}

/** Correlated values [n, d] in f32 about `centre`, with standard deviation near 1. */
function samples(n: number, d: number, centre: number): Float32Array {
  const z = new Float64Array(n * d);
  fillNormals(z, 0, { seed: 5, stream: 2 }, 0, 0, n * d);
  return Float32Array.from(z, (value, i) => centre + value + 0.5 * (z[i - (i % d)] ?? 0));
}

describeGpu("running sums of vectors", (context) => {
  for (const { n, d, chunks } of [
    { n: 100_000, d: 1, chunks: 3 },
    { n: 40_001, d: 2, chunks: 2 },
    { n: 3_000, d: 17, chunks: 1 },
  ])
    it(`equal f64 sums of the same f32 values: ${n} x ${d} in ${chunks} chunks`, async () => {
      const x = samples(n, d, 3);
      const shift = new Float64Array(d).fill(2.5);
      const got = await onDevice(context(), async (space, run) => {
        const sums = await createVectorSums(space, shift);
        const reduce = await createSumsReduction(space);
        const totals = space.scope.storage("totals", 8 * sums.count);
        const size = Math.ceil(n / chunks);
        for (let first = 0; first < n; first += size) {
          const rows = Math.min(size, n - first);
          const positions = space.scope.upload("x", x.subarray(first * d, (first + rows) * d));
          const valid = space.scope.upload("valid", new Uint32Array(rows).fill(1));
          run((pass) => sums.encode(pass, positions, valid, rows));
        }
        run((pass) => reduce(pass, sums, totals, 0));
        const [pairs] = await readBuffers(space.kernels.device, [{ buffer: totals, bytes: 8 * sums.count }]);
        return sums.read(joinPairs(new Float32Array(pairs!)));
      });
      expect(got.n).toBe(n);
      for (let i = 0; i < d; i++)
        for (let j = i; j < d; j++) {
          const pair = pairIndex(i, j, d);
          const truth = { s11: 0, s21: 0, s12: 0, s22: 0 };
          const size = { s11: 0, s21: 0, s12: 0, s22: 0 };
          for (let p = 0; p < n; p++) {
            const a = x[p * d + i]! - 2.5;
            const b = x[p * d + j]! - 2.5;
            const terms = { s11: a * b, s21: a * a * b, s12: a * b * b, s22: a * a * b * b };
            for (const key of ["s11", "s21", "s12", "s22"] as const) {
              truth[key] += terms[key];
              size[key] += Math.abs(terms[key]);
            }
          }
          // A term takes at most 5 roundings; a plain run of 32 adds at most 32 more of its own size; the rest is compensated.
          for (const key of ["s11", "s21", "s12", "s22"] as const)
            expectClose(got[key][pair]!, truth[key], { absolute: 40 * F32 * size[key] }, `${key} ${i},${j}`);
        }
    });

  it("leave out particles that are not valid", async () => {
    const got = await onDevice(context(), async (space, run) => {
      const sums = await createVectorSums(space, Float64Array.of(0));
      const reduce = await createSumsReduction(space);
      const totals = space.scope.storage("totals", 8 * sums.count);
      const positions = space.scope.upload("x", Float32Array.of(1, NaN, 3));
      const valid = space.scope.upload("valid", Uint32Array.of(1, 0, 1));
      run((pass) => sums.encode(pass, positions, valid, 3));
      run((pass) => reduce(pass, sums, totals, 0));
      const [pairs] = await readBuffers(space.kernels.device, [{ buffer: totals, bytes: 8 * sums.count }]);
      return sums.read(joinPairs(new Float32Array(pairs!)));
    });
    expect([got.n, got.s1[0], got.s11[0]]).toEqual([2, 4, 10]);
  });
});

describeGpu("running sums of rewards", (context) => {
  const n = 1 << 20;
  // All rewards fall into few slices' sums, so that a plain f32 sum of 1,024 values of 0.1 would be off by more.
  const rewards = new Float32Array(2 * n).fill(Math.fround(0.1));
  rewards.fill(Math.fround(0.7), n);
  rewards[5] = NaN;
  rewards[n + 6] = 1e16;

  async function sums() {
    return onDevice(context(), async (space, run) => {
      const accumulator = await createScalarSums(space, 2);
      const reduce = await createSumsReduction(space);
      const totals = space.scope.storage("totals", 8 * accumulator.count);
      const buffer = space.scope.upload("rewards", rewards);
      run((pass) => {
        const rows = { rows: n, shift: 0, differenceShift: 0 };
        accumulator.encode(pass, 0, buffer, { ...rows, values: 0, baseline: 0 });
        accumulator.encode(pass, 1, buffer, { ...rows, values: n, baseline: 0 });
        reduce(pass, accumulator, totals, 0);
      });
      const [pairs] = await readBuffers(space.kernels.device, [
        { buffer: totals, bytes: 8 * accumulator.count },
      ]);
      const all = joinPairs(new Float32Array(pairs!));
      return [accumulator.read(all, 0, 0, 0), accumulator.read(all, 1, 0, 0)] as const;
    });
  }

  it("are exact to a rounding, also where plain f32 sums are not, and count what they leave out", async () => {
    const [first, second] = await sums();
    const truth = (n - 1) * Math.fround(0.1);
    // Compensated: error of second order, F32^2 times terms, besides the rounding of the low parts.
    expectClose(first.reward.s1, truth, { relative: 4 * F32 * F32 * 1024 + 1e-12 }, "sum");
    let plain = 0;
    for (let i = 0; i < 1024; i++) plain = Math.fround(plain + Math.fround(0.1));
    expect(
      Math.abs(plain / (1024 * Math.fround(0.1)) - 1),
      "control: a plain sum misses the tolerance",
    ).toBeGreaterThan(1e-7);
    expect([first.reward.n, first.reward.nonFinite]).toEqual([n - 1, 1]);
    expect([second.reward.n, second.reward.nonFinite]).toEqual([n - 1, 1]);
    expect([second.difference.n, second.difference.nonFinite]).toEqual([n - 2, 2]);
    const step = Math.fround(Math.fround(0.7) - Math.fround(0.1));
    expectClose(second.difference.s1, (n - 2) * step, { relative: 1e-10 }, "difference");
    expectClose(second.difference.s2, (n - 2) * Math.fround(step * step), { relative: 1e-10 }, "squares");
  });

  it("repeat bit for bit", async () => {
    expect(await sums()).toEqual(await sums());
  });
});

describeGpu("histograms", (context) => {
  it("count every particle once, by its cell in f32", async () => {
    const n = 5_000;
    const x = samples(n, 2, 0);
    x[0] = NaN;
    x[3] = 1e12;
    const request = { lo: [-2, -1], hi: [2, 3], bins: [8, 16] };
    const got = await onDevice(context(), async (space, run) => {
      const histogram = await createHistogram(space, request, 2);
      const positions = space.scope.upload("x", x);
      run((pass) => histogram.encode(pass, positions, n));
      const { counts: buffer, bytes } = histogram;
      const [counts] = await readBuffers(space.kernels.device, [{ buffer, bytes }]);
      return histogram.read(new Uint32Array(counts!));
    });
    const expected = new Float64Array(8 * 16);
    let outside = 0;
    for (let p = 0; p < n; p++) {
      const a = Math.floor(Math.fround(Math.fround(x[2 * p]! + 2) * 2));
      const b = Math.floor(Math.fround(Math.fround(x[2 * p + 1]! + 1) * 4));
      if (a >= 0 && a < 8 && b >= 0 && b < 16) expected[8 * b + a]!++;
      else outside++;
    }
    expect(got.counts).toEqual(expected);
    expect(got.outside).toBe(outside);
    expect(outside).toBeGreaterThan(1);
  });
});
