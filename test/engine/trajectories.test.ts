import { expect, it } from "vitest";
import { runProgram } from "../../src/diffusion/step.ts";
import { affineProgram } from "../../src/diffusion/builders.ts";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { cholesky, solveSpd, matvec } from "../../src/math/linear-algebra.ts";
import type { LinearProgram, MixtureProgram } from "../../src/diffusion/program.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { describeEngines } from "../support/engines.ts";
import { expectClose, isClose } from "../support/numbers.ts";
import {
  decayingCov,
  F32,
  f32Tolerance,
  FIVE,
  FLOW,
  gaussianArm,
  linearTrajectory,
  mixtureArm,
  mixtureTrajectory,
  NORMAL_F32,
  NORMAL_F64,
  PAIR,
  type SamplerSetup,
  setUp,
  VE,
  VP,
} from "../support/programs.ts";

/** A recording is f32 on every engine: one rounding on top of the engine's own error. */
const F64_PATH = { relative: 1e-9, absolute: 1e-9 };

const SETUPS: readonly (SamplerSetup & { readonly name: string })[] = [
  { name: "gddim VP eta 1.2", process: VP, steps: 20, eta: 1.2 },
  { name: "gddim VP eta 0", process: VP, steps: 20, eta: 0 },
  {
    name: "gddim VE eta 1, EDM grid",
    process: VE,
    steps: 15,
    eta: 1,
    grid: { kind: "edm", rho: 7, min: 0.002 },
  },
  { name: "gddim flow eta 50", process: FLOW, steps: 12, eta: 50 },
  { name: "gddim one step", process: VP, steps: 1, eta: 1 },
  { name: "euler-maruyama VP eta 1", process: VP, kind: "euler-maruyama", steps: 40, eta: 1 },
  {
    name: "heun VP eta 0.7",
    process: VP,
    kind: "heun",
    steps: 25,
    eta: 0.7,
    grid: { kind: "power", power: 3 },
  },
  { name: "ddim VP eta 1", process: VP, kind: "ddim", steps: 20, eta: 1 },
];

describeEngines("trajectories", (engine, name) => {
  const exact = name.startsWith("cpu");

  for (const [law, mixture] of [
    ["1-D", PAIR],
    ["2-D", FIVE],
  ] as const)
    for (const setup of SETUPS)
      it(`of a ${law} mixture follow the f64 reference: ${setup.name}`, async () => {
        const program = mixtureArm(mixture, setup);
        const particles = exact ? 30 : 10;
        const frames = [...new Set([0, 1, Math.ceil(setup.steps / 2), setup.steps])].filter(
          (k) => k <= setup.steps,
        );
        const got = await recorded(engine(), program, 77, particles, frames);
        for (let p = 0; p < particles; p++) {
          const expected = mixtureTrajectory(program, 77, p);
          const allowed = exact ? null : f32Tolerance(program, 77, p);
          frames.forEach((k, f) => {
            for (let i = 0; i < program.dim; i++) {
              const truth = expected[k]![i]!;
              const absolute = allowed ? allowed[k]![i]! : F64_PATH.absolute + 2 * F32 * Math.abs(truth);
              const value = got[(f * particles + p) * program.dim + i]!;
              expectClose(value, truth, { absolute }, `particle ${p}, step ${k}, coordinate ${i}`);
            }
          });
        }
      });

  for (const d of [1, 2, 3, 16, 64])
    for (const [kind, program] of linearPrograms(d))
      it(`of a ${kind} program in ${d} dimensions stay within a bound of every rounding`, async () => {
        const particles = 16;
        const got = await recorded(engine(), program, 5, particles, [program.steps]);
        const unit = exact ? 2 ** -53 : F32;
        for (let p = 0; p < particles; p++) {
          const { x, bound } = linearTrajectory(program, 5, p, unit, exact ? NORMAL_F64 : NORMAL_F32);
          x.forEach((value, i) => {
            const absolute = bound[i]! + F32 * Math.abs(value) + 1e-12;
            expectClose(got[p * d + i]!, value, { absolute }, `particle ${p}, coordinate ${i}`);
          });
        }
      });

  it("agree with the one-particle reference of src/diffusion", async () => {
    const program = mixtureArm(FIVE, SETUPS[0]!);
    const got = await recorded(engine(), program, 3, 8, [program.steps]);
    const out = new Float64Array(2);
    for (let p = 0; p < 8; p++) {
      runProgram(program, 3, p, out);
      const allowed = exact ? null : f32Tolerance(program, 3, p).at(-1);
      out.forEach((value, i) =>
        expectClose(got[2 * p + i]!, value, {
          absolute: allowed?.[i] ?? F64_PATH.absolute + F32 * Math.abs(value),
        }),
      );
    }
  });

  it("of another seed, or of a coefficient 1 % off, are noticed (control)", async () => {
    const program = mixtureArm(FIVE, SETUPS[0]!);
    const [first] = program.coefficients;
    const bent: MixtureProgram = {
      ...program,
      coefficients: [{ ...first!, cx: 1.01 * first!.cx }, ...program.coefficients.slice(1)],
    };
    const particles = 20;
    const otherSeed = await recorded(engine(), program, 78, particles, [program.steps]);
    const otherStep = await recorded(engine(), bent, 77, particles, [1]);
    let seedSeen = 0;
    let stepSeen = 0;
    for (let p = 0; p < particles; p++) {
      const expected = mixtureTrajectory(program, 77, p);
      const allowed = f32Tolerance(program, 77, p);
      if (!isClose(otherSeed[2 * p]!, expected.at(-1)![0]!, { absolute: allowed.at(-1)![0]! })) seedSeen++;
      if (!isClose(otherStep[2 * p]!, expected[1]![0]!, { absolute: allowed[1]![0]! })) stepSeen++;
    }
    expect(seedSeen).toBeGreaterThan(17);
    expect(stepSeen).toBeGreaterThan(17);
  });

  it("with eta = 0 do not read the noise of the steps", async () => {
    const program = mixtureArm(PAIR, { process: VP, steps: 10, eta: 0 });
    const noisy = mixtureArm(PAIR, { process: VP, steps: 10, eta: 1 });
    // Without its first draw from the prior, an eta = 0 sampler knows no random number at all.
    const silent = { ...program, priorStd: 0 };
    const still = await recorded(engine(), silent, 1, 50, [10]);
    expect(new Set(still).size).toBe(1);
    const moving = await recorded(engine(), { ...noisy, priorStd: 0 }, 1, 50, [10]);
    expect(new Set(moving).size).toBe(50);
  });

  it("of components with one and the same mean, or without variance, stay finite and exact", async () => {
    const same = mixtureFromComponents([
      {
        weight: 1,
        mean: [0.5, -0.5],
        cov: [
          [0.3, 0],
          [0, 0.3],
        ],
      },
      {
        weight: 3,
        mean: [0.5, -0.5],
        cov: [
          [0.3, 0],
          [0, 0.3],
        ],
      },
    ]);
    const flat = mixtureFromComponents([
      {
        weight: 1,
        mean: [1, 0],
        cov: [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      },
      {
        weight: 1,
        mean: [-1, 0],
        cov: [
          [0, 0],
          [0, 0],
        ],
      },
    ]);
    for (const mixture of [same, flat]) {
      const program = mixtureArm(mixture, { process: VP, steps: 15, eta: 1 });
      const got = await recorded(engine(), program, 21, 24, [15]);
      for (let p = 0; p < 24; p++) {
        const expected = mixtureTrajectory(program, 21, p).at(-1)!;
        const allowed = exact ? null : f32Tolerance(program, 21, p).at(-1)!;
        expected.forEach((value, i) =>
          expectClose(
            got[2 * p + i]!,
            value,
            { absolute: allowed?.[i] ?? 1e-9 + F32 * Math.abs(value) },
            `particle ${p}`,
          ),
        );
      }
    }
  });

  it("carry the times of their frames, and noise that does not depend on the number of particles", async () => {
    const program = mixtureArm(PAIR, { process: VE, steps: 4, eta: 1 });
    const few = await engine().record({ particles: 3, seed: 4, programs: [program], frames: [0, 2, 4] });
    const many = await engine().record({ particles: 700, seed: 4, programs: [program], frames: [0, 2, 4] });
    const times = [0, 2, 4].map((k) => program.coefficients[k]?.t ?? 0);
    expect([...few.times]).toEqual(times);
    const [a, b] = [await few.arms[0]!.read(), await many.arms[0]!.read()];
    for (let f = 0; f < 3; f++) for (let p = 0; p < 3; p++) expect(b[f * 700 + p]).toBe(a[f * 3 + p]);
    few.dispose();
    many.dispose();
  });
});

async function recorded(
  engine: Engine,
  program: MixtureProgram | LinearProgram,
  seed: number,
  particles: number,
  frames: readonly number[],
): Promise<Float32Array> {
  const recording = await engine.record({ particles, seed, programs: [program], frames });
  const values = await recording.arms[0]!.read();
  expect(values.length).toBe(frames.length * particles * program.dim);
  recording.dispose();
  return values;
}

/** Diagonal, rotated, dense and dense-with-corrector programs for N(mean, decaying covariance). */
function linearPrograms(d: number): [string, LinearProgram][] {
  const mean = Array.from({ length: d }, (_, i) => Math.cos(i));
  const cov = decayingCov(d);
  const diagonal = cov.map((value, ij) => (Math.floor(ij / d) === ij % d ? value + 0.01 * ij : 0));
  const dense = (kind: "gddim" | "heun"): LinearProgram => {
    const { process, coefficients } = setUp({ process: VP, kind, steps: 12, eta: 0.8 });
    return affineProgram((alpha, sigma) => denoiser(mean, cov, alpha, sigma), d, process, coefficients);
  };
  return [
    ["diagonal", gaussianArm(mean, diagonal, { process: VE, steps: 12, eta: 1.2 })],
    ["rotated", gaussianArm(mean, cov, { process: VP, steps: 12, eta: 1.2 })],
    ["diagonal Heun", gaussianArm(mean, diagonal, { process: VP, kind: "heun", steps: 12, eta: 0.5 })],
    ["dense", dense("gddim")],
    ["dense Heun", dense("heun")],
  ];
}

/** x0Hat = mean + alpha C (alpha^2 C + sigma^2 I)^-1 (x - alpha mean) as an affine map. */
function denoiser(mean: readonly number[], cov: Float64Array, alpha: number, sigma: number) {
  const d = mean.length;
  const V = cov.map(
    (value, ij) => alpha * alpha * value + (Math.floor(ij / d) === ij % d ? sigma * sigma : 0),
  );
  cholesky(V, d);
  const M = new Float64Array(d * d);
  // V and C commute, so row i of C V^-1 solves V row = row i of C.
  for (let i = 0; i < d; i++)
    M.set(
      solveSpd(V, cov.subarray(i * d, i * d + d), d).map((v) => alpha * v),
      i * d,
    );
  const moved = matvec(M, mean, d);
  return { M, m: Float64Array.from(mean, (value, i) => value - alpha * moved[i]!) };
}
