/** What the adapter can do at best: f32 multiply-adds, and copying memory. */
import { BufferScope } from "../../src/gpu/buffers.ts";
import { bindKernel, type KernelDefinition } from "../../src/gpu/kernels.ts";
import type { BenchDevice } from "./device.ts";
import { runPass } from "./device.ts";
import { leastMs } from "./timing.ts";

const ITERATIONS = 400;
const INVOCATIONS = 64 * 256;

/** `chains` multiply-adds side by side, each feeding itself: 1 measures latency, several throughput. */
function fmaKernel(chains: number, type: "f32" | "vec4f"): KernelDefinition {
  const names = Array.from({ length: chains }, (_, i) => `x${i}`);
  const round = names.map((x) => `${x} = fma(${x}, a, b);`).join(" ");
  return {
    name: "fma_peak",
    texts: [
      "@group(0) @binding(0) var<storage, read_write> out: array<f32>;",
      "@compute @workgroup_size(64) fn fma_peak(@builtin(global_invocation_id) id: vec3u) {",
      `let a = ${type}(1.0 - f32(id.x) * 1e-9); let b = ${type}(f32(id.x) * 1e-9);`,
      names.map((x, i) => `var ${x} = b + ${i}.5;`).join(" "),
      "var i = 0u;",
      `loop { ${round.repeat(8)} continuing { i++; break if i == ${ITERATIONS}u; } }`,
      `let sum = ${names.join(" + ")};`,
      `out[id.x] = ${type === "f32" ? "sum" : "dot(sum, vec4f(1.0))"};`,
      "}",
    ],
    groups: [["write"]],
  };
}

const FORMS: readonly [chains: number, type: "f32" | "vec4f"][] = [
  [1, "f32"],
  [4, "f32"],
  [8, "f32"],
  [2, "vec4f"],
  [4, "vec4f"],
];

/** Floating point operations per ns of the best of several kernels, and of one dependent chain. A multiply-add counts as 2. */
export async function measurePeak({
  context,
  kernels,
}: BenchDevice): Promise<{ best: number; dependent: number }> {
  const { device } = context;
  const scope = new BufferScope(device);
  const out = scope.storage("fma_peak.out", 4 * INVOCATIONS);
  const rates: number[] = [];
  for (const [chains, type] of FORMS) {
    const kernel = await kernels.get(fmaKernel(chains, type));
    const run = () =>
      runPass(device, (pass) => {
        bindKernel(device, pass, kernel, [[out]]);
        pass.dispatchWorkgroups(INVOCATIONS / 64);
      });
    const [ms = Infinity] = await leastMs([run], 4);
    rates.push((2 * 8 * ITERATIONS * INVOCATIONS * chains * (type === "f32" ? 1 : 4)) / (ms * 1e6));
  }
  scope.dispose();
  return { best: Math.max(...rates), dependent: rates[0] ?? NaN };
}
