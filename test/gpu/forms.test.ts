/** The two forms of the kernels, for GPUs and for software adapters, side by side on whatever adapter there is. */
import { expect, it } from "vitest";
import { BufferScope, readBuffers } from "../../src/gpu/buffers.ts";
import { KernelCache } from "../../src/gpu/kernels.ts";
import type { GpuContext } from "../../src/gpu/device.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { createMixtureChain } from "../../src/engine/webgpu/mixture-chain.ts";
import { mixtureTable } from "../../src/engine/webgpu/mixture-table.ts";
import { prepareRngWords } from "../../src/engine/webgpu/rng-words.ts";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { runProgram } from "../../src/diffusion/step.ts";
import { philox4x32 } from "../../src/math/philox.ts";
import type { MixtureProgram } from "../../src/diffusion/program.ts";
import { describeGpu } from "../support/gpu.ts";
import { expectClose } from "../support/numbers.ts";
import { FIVE, VE, VP, mixtureArm } from "../support/programs.ts";

async function inForm(
  { device }: GpuContext,
  software: boolean,
  work: (space: {
    kernels: KernelCache;
    software: boolean;
    scope: BufferScope;
  }) => Promise<{ buffer: GPUBuffer; bytes: number; encode: (pass: GPUComputePassEncoder) => void }>,
): Promise<ArrayBuffer> {
  const scope = new BufferScope(device);
  const [data] = await checked(device, "form", async () => {
    const { buffer, bytes, encode } = await work({ kernels: new KernelCache(device), software, scope });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
    device.queue.submit([encoder.finish()]);
    return readBuffers(device, [{ buffer, bytes }]);
  });
  scope.dispose();
  return data!;
}

async function ends(context: GpuContext, software: boolean, program: MixtureProgram, particles: number) {
  const data = await inForm(context, software, async (space) => {
    const chain = await createMixtureChain(space, mixtureTable(program), {
      keepPrior: false,
      stops: [program.steps],
    });
    const bytes = 4 * particles * program.dim;
    const positions = space.scope.storage("positions", bytes);
    const slice = { first: 0, count: particles, base: 0, rows: particles, seed: 3, positions };
    return { buffer: positions, bytes, encode: (pass) => chain.encode(pass, slice) };
  });
  return new Float32Array(data);
}

const FORMS = [
  { form: "GPU", software: false },
  { form: "software", software: true },
];

describeGpu("both forms of the kernels", (context) => {
  FORMS.forEach(({ form, software }) => {
    it(`${form}: random words equal the reference for 1,000 counters up to the largest`, async () => {
      const key = { seed: 0xffffffff, stream: 0x9e3779b9, block: 0xfffffffe };
      const count = 1000;
      const first = 2 ** 32 - 500;
      const data = await inForm(context(), software, async (space) => {
        const { buffer, encode } = await prepareRngWords(space, key, first, count);
        return { buffer, bytes: 16 * count, encode };
      });
      const got = new Uint32Array(data);
      const words = new Uint32Array(4);
      for (let i = 0; i < count; i++) {
        philox4x32((first + i) >>> 0, key.block, 0, 0, key.seed, key.stream, words);
        expect([...got.subarray(4 * i, 4 * i + 4)]).toEqual([...words]);
      }
    });
  });

  it("agree on a mixture's trajectories", async () => {
    const program = mixtureArm(FIVE, { process: VP, steps: 8, eta: 1.2 });
    const [gpu, software] = await Promise.all(
      FORMS.map((form) => ends(context(), form.software, program, 203)),
    );
    // Two f32 evaluations of 8 steps; trajectories that pass a ridge between components spread errors by its steepness.
    gpu!.forEach((value, i) => expectClose(value, software![i]!, { absolute: 2e-4 }, `number ${i}`));
  });

  it("weigh components rightly for points hundreds of standard deviations away from all of them", async () => {
    // One ODE step from T = 5 with tiny components leaves points near no component: at t = 0.01 they are far from all.
    const thin = mixtureFromComponents([
      {
        weight: 1,
        mean: [-1, 0],
        cov: [
          [1e-6, 0],
          [0, 1e-6],
        ],
      },
      {
        weight: 1,
        mean: [1, 0.5],
        cov: [
          [1e-6, 5e-7],
          [5e-7, 2e-6],
        ],
      },
    ]);
    const wide = mixtureArm(thin, { process: VE, steps: 3, eta: 0, grid: { kind: "power", power: 6 } });
    // The same steps with a score of another level: the table of the last step is applied to points of a wide law.
    const last = wide.coefficients[2]!;
    const program: MixtureProgram = { ...wide, steps: 1, coefficients: [{ ...last, cx: 0.25, c0: 0.75 }] };
    const particles = 64;
    const found = [];
    for (const { software } of FORMS) found.push(await ends(context(), software, program, particles));
    const x = new Float64Array(2);
    let far = 0;
    for (let p = 0; p < particles; p++) {
      runProgram(program, 3, p, x);
      const nearest = Math.min(Math.hypot(x[0]! + 1, x[1]!), Math.hypot(x[0]! - 1, x[1]! - 0.5));
      if (nearest > 20 * last.sigmaT) far++;
      // Distances of 1e3 standard deviations square to levels of 1e6, whose differences are then good to 1e6 F32 = 0.06:
      // enough unless a point lies on the ridge itself, where the winner may change.
      for (const got of found)
        for (let i = 0; i < 2; i++)
          expectClose(got[2 * p + i]!, x[i]!, { absolute: 2e-5, relative: 2e-5 }, `particle ${p}, ${i}`);
    }
    expect(far, "the case must reach points far from all components").toBeGreaterThan(particles / 2);
  });
});
