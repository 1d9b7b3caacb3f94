/** Histograms of the first one or two coordinates on the device; shaders/measure/histogram.wgsl. */
import sums from "../../../shaders/lib/sums.wgsl?raw";
import histogram from "../../../shaders/measure/histogram.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import type { Histogram } from "../../measure/estimate.ts";
import type { HistogramRequest } from "../engine.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";

export const HISTOGRAM_PARAMS = uniformLayout("HistogramParams", {
  lo: "vec2f",
  per_unit: "vec2f",
  bins: "vec2u",
  rows: "u32",
  dim: "u32",
  axes: "u32",
  to: "u32",
});

export const HISTOGRAM: KernelDefinition = {
  name: "histogram",
  texts: [sums, histogram],
  groups: [["uniform", "read"], ["write"]],
};

/** Running counts of one arm. */
export interface HistogramAccumulator {
  /** Bytes of `counts`, u32 each; the last counts what fell outside. */
  readonly bytes: number;
  readonly counts: GPUBuffer;
  /** Encodes the addition of positions [rows, d]. */
  encode(pass: GPUComputePassEncoder, positions: GPUBuffer, rows: number): void;
  read(counts: Uint32Array): Histogram;
}

export async function createHistogram(
  { kernels, scope }: Workspace,
  { lo, hi, bins }: HistogramRequest,
  dim: number,
): Promise<HistogramAccumulator> {
  const kernel = await kernels.get(HISTOGRAM, { WORKGROUP_SIZE });
  const axes = bins.length > 1 ? 2 : 1;
  const cells = bins.reduce((product, count) => product * count, 1);
  const bytes = 4 * (cells + 1);
  const counts = scope.storage("histogram.counts", bytes);
  const perUnit = (axis: number) => (bins[axis] ?? 1) / ((hi[axis] ?? 1) - (lo[axis] ?? 0));
  return {
    bytes,
    counts,
    encode(pass, positions, rows) {
      const params = scope.uniform(HISTOGRAM_PARAMS, {
        lo: [lo[0] ?? 0, axes === 2 ? (lo[1] ?? 0) : 0],
        per_unit: [perUnit(0), axes === 2 ? perUnit(1) : 1],
        bins: [bins[0] ?? 1, axes === 2 ? (bins[1] ?? 1) : 1],
        rows,
        dim,
        axes,
        to: 0,
      });
      bindKernel(kernels.device, pass, kernel, [[params, positions], [counts]]);
      pass.dispatchWorkgroups(workgroups(rows, WORKGROUP_SIZE));
    },
    read: (values) => ({
      dim: axes,
      lo,
      hi,
      bins,
      counts: Float64Array.from(values.subarray(0, cells)),
      outside: values[cells] ?? 0,
    }),
  };
}
