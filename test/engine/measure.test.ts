import { expect, it } from "vitest";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createReward } from "../../src/rewards/evaluate.ts";
import type { SamplerProgram } from "../../src/diffusion/program.ts";
import { type ArmJob, COORDINATE_LIMIT, type Engine, type MeasureJob } from "../../src/engine/engine.ts";
import type { ScalarSums, VectorSums } from "../../src/measure/estimate.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { covarianceEstimates, meanEstimates } from "../../src/measure/vector-sums.ts";
import type { RewardProgram } from "../../src/rewards/program.ts";
import { describeEngines } from "../support/engines.ts";
import { expectAllClose, expectClose, isClose, MOST_Z } from "../support/numbers.ts";
import { decayingCov, F32, FIVE, FLOW, gaussianArm, mixtureArm, PAIR, VE, VP } from "../support/programs.ts";
import { formulaReward, quadraticReward, rewardTolerance } from "../support/rewards.ts";

const SEED = 2024;

function job(
  particles: number,
  reward: RewardProgram,
  arms: readonly Partial<ArmJob>[],
  seed = SEED,
): MeasureJob {
  return { particles, seed, reward, arms: arms.map((arm) => ({ baseline: null, ...arm }) as ArmJob) };
}

describeEngines("sums of a measurement", (engine, name) => {
  // Positions are recorded in f32, and f32 engines compute powers in it: a few roundings per term.
  const perTerm = (name.startsWith("cpu") ? 4 : 8) * F32;

  for (const [law, program, reward] of [
    ["a 1-D mixture", mixtureArm(PAIR, { process: VP, steps: 8, eta: 1.2 }), quadraticReward([0.3])],
    [
      "a 2-D mixture",
      mixtureArm(FIVE, { process: VE, steps: 8, eta: 0.7 }),
      quadraticReward([0.3, -0.2], 0.4),
    ],
    [
      "a 5-D Gaussian",
      gaussianArm([0, 1, 2, -1, 0.5], decayingCov(5), { process: FLOW, steps: 6, eta: 1 }),
      quadraticReward([0, 1, 0, 1, 0]),
    ],
    [
      "a 64-D Gaussian",
      gaussianArm(
        Array.from({ length: 64 }, (_, i) => Math.cos(i)),
        decayingCov(64),
        { process: VP, steps: 4, eta: 1 },
      ),
      quadraticReward(Array.from({ length: 64 }, (_, i) => Math.sin(i))),
    ],
  ] as const)
    it(`are those of the recorded particles, ${law}`, async () => {
      const particles = 1301;
      const d = program.dim;
      const shift = { x: Float64Array.from({ length: d }, (_, i) => 0.25 * ((i % 3) - 1)), reward: -1.5 };
      const result = await engine().measure(job(particles, reward, [{ program, shift }]));
      const x = await ends(engine(), program, particles);
      const arm = result.arms[0]!;
      const expected = plainSums(x, particles, d, shift.x);
      expect(arm.x.n).toBe(particles);
      expect([...arm.x.shift]).toEqual([...shift.x]);
      for (const key of ["s1", "s11", "s21", "s12", "s22"] as const)
        arm.x[key].forEach((value, i) =>
          expectClose(
            value,
            expected.sums[key][i]!,
            { absolute: perTerm * expected.sizes[key][i]! },
            `${key}[${i}]`,
          ),
        );
      const evaluate = createReward(reward);
      let [s1, s2, allowed1, allowed2] = [0, 0, 0, 0];
      for (let p = 0; p < particles; p++) {
        const r = evaluate(x, p * d);
        // The reward of a recorded particle differs from that of the engine's own by the recording's rounding.
        const off = 2 * rewardTolerance(reward, x.subarray(p * d, (p + 1) * d)) + perTerm * Math.abs(r);
        s1 += r - shift.reward;
        s2 += (r - shift.reward) ** 2;
        allowed1 += off;
        allowed2 += 2 * Math.abs(r - shift.reward) * off + off * off;
      }
      expect(arm.reward).toMatchObject({ n: particles, nonFinite: 0, shift: shift.reward });
      expectClose(arm.reward.s1, s1, { absolute: allowed1 }, "reward s1");
      expectClose(arm.reward.s2, s2, { absolute: allowed2 }, "reward s2");
      // Control: a sum over one particle fewer is outside what is allowed.
      const last = createReward(reward)(x, (particles - 1) * d) - shift.reward;
      if (Math.abs(last) > 2 * allowed1)
        expect(isClose(arm.reward.s1, s1 - last, { absolute: allowed1 })).toBe(false);
      expect(
        isClose(arm.x.s22[0]!, expected.sums.s22[0]! * 1.01, { absolute: perTerm * expected.sizes.s22[0]! }),
      ).toBe(false);
    });

  it("give the same mean and covariance whatever the shift", async () => {
    const program = mixtureArm(FIVE, { process: VP, steps: 6, eta: 1 });
    const reward = quadraticReward([0, 0]);
    const near = { x: Float64Array.of(0.3, -0.1), reward: -2 };
    const result = await engine().measure(job(4000, reward, [{ program }, { program, shift: near }]));
    const [plain, shifted] = result.arms;
    // Sums of 4,000 f32 values of size up to 4, exact to about 8 units each.
    const tolerance = { absolute: 16 * F32 * 16 };
    expectAllClose(values(meanEstimates(plain!.x)), values(meanEstimates(shifted!.x)), tolerance, "mean");
    expectAllClose(
      values(covarianceEstimates(plain!.x).flat()),
      values(covarianceEstimates(shifted!.x).flat()),
      tolerance,
      "covariance",
    );
    expectClose(meanEstimate(plain!.reward).value, meanEstimate(shifted!.reward).value, tolerance);
  });

  it("are paired by particle: the difference is exact where both arms are one program", async () => {
    const program = mixtureArm(PAIR, { process: VP, steps: 6, eta: 1 });
    const other = mixtureArm(PAIR, { process: VP, steps: 6, eta: 0 });
    const reward = quadraticReward([1]);
    const result = await engine().measure(
      job(3000, reward, [
        { program },
        { program, baseline: 0 },
        { program: other, baseline: 0 },
        { program: other, baseline: 3 - 2 },
      ]),
    );
    const [alone, same, gap, again] = result.arms;
    expect(alone!.difference).toBeNull();
    expect(same!.difference).toMatchObject({ n: 3000, nonFinite: 0, s1: 0, s2: 0 });
    const difference = meanEstimate(gap!.difference!);
    const unpaired = meanEstimate(gap!.reward).value - meanEstimate(alone!.reward).value;
    expectClose(difference.value, unpaired, { absolute: 64 * F32 * 8 }, "mean of differences");
    expect(gap!.difference!.s1).toBe(again!.difference!.s1);
    // Common random numbers: eta = 0 shares the prior draw with eta = 1, so pairing must at least not cost precision.
    expect(difference.se).toBeLessThan(
      Math.hypot(meanEstimate(gap!.reward).se, meanEstimate(alone!.reward).se),
    );
  });

  it("compare arms of different step counts and samplers on the same prior draw", async () => {
    const reward = quadraticReward([0, 0]);
    const [fine, coarse] = [40, 20].map((steps) => mixtureArm(FIVE, { process: VP, steps, eta: 0 }));
    const result = await engine().measure(
      job(4000, reward, [{ program: fine! }, { program: coarse!, baseline: 0 }]),
    );
    const paired = meanEstimate(result.arms[1]!.difference!);
    const apart = Math.hypot(
      meanEstimate(result.arms[0]!.reward).se,
      meanEstimate(result.arms[1]!.reward).se,
    );
    expect(paired.se).toBeLessThan(0.5 * apart);
  });

  it("count every particle of a histogram once, in the cell where it lies", async () => {
    const particles = 5000;
    for (const [program, request] of [
      [mixtureArm(PAIR, { process: VP, steps: 8, eta: 1 }), { lo: [-1.5], hi: [1.5], bins: [37] }],
      [mixtureArm(FIVE, { process: VP, steps: 8, eta: 1 }), { lo: [-2, -1.5], hi: [1.5, 2], bins: [23, 31] }],
    ] as const) {
      const reward = quadraticReward(new Array<number>(program.dim).fill(0));
      const result = await engine().measure(job(particles, reward, [{ program, histogram: request }]));
      const histogram = result.arms[0]!.histogram!;
      const total = histogram.counts.reduce((sum, count) => sum + count, 0);
      expect(total + histogram.outside).toBe(particles);
      const { counts, outside } = plainHistogram(
        await ends(engine(), program, particles),
        program.dim,
        request,
      );
      // A particle within rounding of a wall may fall on either side: one in about 10^5 here.
      const moved = counts.reduce((sum, count, i) => sum + Math.abs(count - histogram.counts[i]!), 0);
      expect(moved + Math.abs(outside - histogram.outside)).toBeLessThanOrEqual(4);
      expect(histogram).toMatchObject({
        dim: program.dim,
        lo: request.lo,
        hi: request.hi,
        bins: request.bins,
      });
      expect(outside).toBeGreaterThan(0);
    }
  });

  it("repeat bit for bit, and change with the seed (control)", async () => {
    const program = mixtureArm(FIVE, { process: VP, steps: 10, eta: 1.2 });
    const reward = formulaReward("exp(-x^2) + 0.3*y", 2);
    const request = job(20_000, reward, [
      { program },
      { program: mixtureArm(FIVE, { process: VP, steps: 10, eta: 0 }), baseline: 0 },
    ]);
    const first = await engine().measure(request);
    const again = await engine().measure(request);
    expect(again).toEqual(first);
    const other = await engine().measure({ ...request, seed: SEED + 1 });
    expect(other.arms[0]!.x.s1[0]).not.toBe(first.arms[0]!.x.s1[0]);
  });

  it("leave unusable rewards out and count them, on both sides of a difference", async () => {
    const program = mixtureArm(PAIR, { process: VP, steps: 8, eta: 1 });
    const other = mixtureArm(PAIR, { process: VP, steps: 8, eta: 0 });
    const result = await engine().measure(
      job(3000, formulaReward("log(x)", 1), [{ program }, { program: other, baseline: 0 }]),
    );
    const [x, y] = [await ends(engine(), program, 3000), await ends(engine(), other, 3000)];
    const positive = (values: Float64Array): number => values.filter((value) => value > 0).length;
    const both = x.filter((value, p) => value > 0 && y[p]! > 0).length;
    const [first, second] = result.arms;
    expect(first!.reward).toMatchObject({ n: positive(x), nonFinite: 3000 - positive(x) });
    expect(second!.reward).toMatchObject({ n: positive(y), nonFinite: 3000 - positive(y) });
    expect(second!.difference).toMatchObject({ n: both, nonFinite: 3000 - both });
    expect(first!.reward.n).toBeGreaterThan(500);
    expect(first!.reward.nonFinite).toBeGreaterThan(500);
    for (const sums of [first!.reward, second!.difference!]) expectFinite(sums);
  });

  it("leave diverged particles out instead of drowning in infinities", async () => {
    const calm = gaussianArm([0], Float64Array.of(1), { process: VP, steps: 4, eta: 1 });
    // Grows by 10^3 a step: particles whose first draw is beyond 10^-3 pass the limit.
    const wild = { ...calm, A: calm.A.map(() => 1e3), b: calm.b.map(() => 0), c: calm.c.map(() => 0) };
    const particles = 4000;
    const result = await engine().measure(
      job(particles, quadraticReward([0]), [
        { program: wild, histogram: { lo: [-1], hi: [1], bins: [4] } },
        { program: calm, baseline: 0 },
      ]),
    );
    const [first, second] = result.arms;
    const z = await engine().normals({ seed: SEED, stream: 0, start: 0 }, particles, 1);
    const kept = z.filter((value) => Math.abs(value) * 1e12 < COORDINATE_LIMIT).length;
    expect(first!.x.n).toBe(kept);
    expect(kept).toBeLessThan(20);
    // |r| = x^2 has its own limit of 10^15, below the square of the coordinate's.
    expect(first!.reward.n).toBeLessThanOrEqual(kept);
    expect(first!.reward.n + first!.reward.nonFinite).toBe(particles);
    expect(second!.difference!.n).toBe(first!.reward.n);
    expect(second!.x.n).toBe(particles);
    expect(first!.histogram!.outside).toBe(particles);
    expectFinite(first!.reward);
    for (const key of ["s1", "s11", "s22"] as const) expect(first!.x[key].every(Number.isFinite)).toBe(true);
  });

  it("of extreme samplers stay finite: eta = 50, one step, one particle, a singular covariance", async () => {
    const arms: SamplerProgram[] = [
      mixtureArm(FIVE, { process: VP, steps: 10, eta: 50 }),
      mixtureArm(FIVE, { process: VP, steps: 1, eta: 1 }),
      gaussianArm([1, 2], Float64Array.of(1, 1, 1, 1), { process: VP, steps: 10, eta: 1 }),
      gaussianArm([1, 2], new Float64Array(4), { process: FLOW, steps: 3, eta: 0 }),
    ];
    const result = await engine().measure(
      job(
        1000,
        quadraticReward([0, 0]),
        arms.map((program) => ({ program })),
      ),
    );
    for (const arm of result.arms) {
      expect(arm.x.n).toBe(1000);
      expect(arm.reward.nonFinite).toBe(0);
      expectFinite(arm.reward);
    }
    // A law without variance is met exactly by one ODE after another: every particle ends in its mean.
    meanEstimates(result.arms[3]!.x).forEach((e, i) =>
      expectClose(e.value, [1, 2][i]!, { absolute: 64 * F32 }),
    );
    expect(covarianceEstimates(result.arms[3]!.x)[0]![0]!.value).toBeLessThan(1e-9);
    // cov = [[1, 1], [1, 1]]: nothing moves along (1, -1) but what is left of the prior at the end, which is nothing.
    const cov = covarianceEstimates(result.arms[2]!.x);
    expectClose(cov[0]![0]!.value + cov[1]![1]!.value - 2 * cov[0]![1]!.value, 0, { absolute: 1e-5 });
    const one = await engine().measure(job(1, quadraticReward([0, 0]), [{ program: arms[0]! }]));
    expect(meanEstimate(one.arms[0]!.reward)).toMatchObject({ n: 1, se: Infinity });
  });

  it("of equal component means are those of their common Gaussian", async () => {
    const mixture = mixtureFromComponents([
      { weight: 1, mean: [0.4], cov: [[0.5]] },
      { weight: 2, mean: [0.4], cov: [[0.5]] },
    ]);
    const setup = { process: VP, steps: 8, eta: 1 } as const;
    const result = await engine().measure(
      job(2000, quadraticReward([0]), [
        { program: mixtureArm(mixture, setup) },
        { program: gaussianArm([0.4], Float64Array.of(0.5), setup), baseline: 0 },
      ]),
    );
    const difference = meanEstimate(result.arms[1]!.difference!);
    expectClose(difference.value, 0, { absolute: 1e-5 });
    expect(difference.se).toBeLessThan(1e-5);
  });

  it(`are within ${MOST_Z} standard errors of the exact law, and not of one 5 % off (control)`, async () => {
    // eta = 1 and many steps from the true prior: VP with alpha_T = 0.0067 leaves N(mean, cov) but for 1e-5.
    const program = gaussianArm([1.5], Float64Array.of(0.3), { process: VP, steps: 400, eta: 1 });
    const result = await engine().measure(job(20_000, quadraticReward([0]), [{ program }]));
    const [mean] = meanEstimates(result.arms[0]!.x);
    expect(Math.abs(mean!.value - 1.5) / mean!.se).toBeLessThan(MOST_Z);
    expect(Math.abs(mean!.value - 1.5 * 1.05) / mean!.se).toBeGreaterThan(MOST_Z);
  });
});

describeEngines("running a measurement", (engine) => {
  const heavy = (): MeasureJob =>
    job(2_000_000, quadraticReward([0, 0]), [
      { program: mixtureArm(FIVE, { process: VP, steps: 200, eta: 1 }) },
    ]);

  // Tried up to three times: a busy machine may hold any one run up for longer.
  it(
    "is cancelled within 200 ms, with an AbortError, and leaves the engine usable",
    { retry: 2 },
    async () => {
      const controller = new AbortController();
      let last = 0;
      const running = engine().measure(heavy(), {
        signal: controller.signal,
        onProgress: (done) => (last = done),
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const aborted = performance.now();
      controller.abort();
      await expect(running).rejects.toMatchObject({ name: "AbortError" });
      expect(performance.now() - aborted).toBeLessThan(200);
      expect(last).toBeLessThan(1);
      const small = job(100, quadraticReward([0]), [
        { program: mixtureArm(PAIR, { process: VP, steps: 2, eta: 1 }) },
      ]);
      const result = await engine().measure(small);
      expect(result.arms[0]!.x.n).toBe(100);
      // The device or thread is free again: the stale work must not hold up the new run.
      expect(performance.now() - aborted).toBeLessThan(1500);
    },
  );

  it("rejects at once if it was cancelled before it began", async () => {
    await expect(engine().measure(heavy(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("reports progress that only rises, within 0 and 1, and none after the end", async () => {
    const seen: number[] = [];
    let over = false;
    await engine().measure(
      job(60_000, quadraticReward([0, 0]), [
        { program: mixtureArm(FIVE, { process: VP, steps: 10, eta: 1 }) },
      ]),
      {
        onProgress: (done) => {
          expect(over).toBe(false);
          seen.push(done);
        },
      },
    );
    over = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.every((done, i) => done >= (seen[i - 1] ?? 0) && done <= 1)).toBe(true);
  });

  it("runs jobs side by side without mixing them up", async () => {
    const one = (seed: number): MeasureJob =>
      job(
        3000,
        quadraticReward([0]),
        [{ program: mixtureArm(PAIR, { process: VP, steps: 5, eta: 1 }) }],
        seed,
      );
    const alone = [
      await engine().measure(one(1)),
      await engine().measure(one(2)),
      await engine().measure(one(3)),
    ];
    const together = await Promise.all([1, 2, 3].map((seed) => engine().measure(one(seed))));
    expect(together).toEqual(alone);
  });

  it("refuses what it cannot do, naming the field", async () => {
    const program = mixtureArm(PAIR, { process: VP, steps: 2, eta: 1 });
    const good = job(10, quadraticReward([0]), [{ program }]);
    await expect(engine().measure({ ...good, particles: 0 })).rejects.toThrow(/particles/);
    await expect(engine().measure({ ...good, particles: engine().info.maxParticles + 1 })).rejects.toThrow(
      /particles/,
    );
    await expect(engine().measure({ ...good, particles: 1.5 })).rejects.toThrow(/particles/);
    await expect(engine().measure(job(10, quadraticReward([0]), [{ program, baseline: 0 }]))).rejects.toThrow(
      /baseline/,
    );
    await expect(engine().measure(job(10, quadraticReward([0, 0]), [{ program }]))).rejects.toThrow(
      /dimension/,
    );
  });
});

function values(estimates: readonly { readonly value: number }[]): number[] {
  return estimates.map((estimate) => estimate.value);
}

function expectFinite(sums: ScalarSums): void {
  expect([sums.s1, sums.s2].every(Number.isFinite), JSON.stringify(sums)).toBe(true);
}

/** Final positions [particles, d] of a program. */
async function ends(engine: Engine, program: SamplerProgram, particles: number): Promise<Float64Array> {
  const recording = await engine.record({
    particles,
    seed: SEED,
    programs: [program],
    frames: [program.steps],
  });
  const x = Float64Array.from(await recording.arms[0]!.read());
  recording.dispose();
  return x;
}

type Powers = Pick<VectorSums, "s1" | "s11" | "s21" | "s12" | "s22">;

/** Sums by their definition, and the sums of the sizes of their terms (with |x| + |shift| for a coordinate). */
function plainSums(
  x: Float64Array,
  particles: number,
  d: number,
  shift: Float64Array,
): { sums: Powers; sizes: Powers } {
  const pairs = (d * (d + 1)) / 2;
  const empty = (): Powers => ({
    s1: new Float64Array(d),
    s11: new Float64Array(pairs),
    s21: new Float64Array(pairs),
    s12: new Float64Array(pairs),
    s22: new Float64Array(pairs),
  });
  const [sums, sizes] = [empty(), empty()];
  for (let p = 0; p < particles; p++) {
    let pair = 0;
    for (let i = 0; i < d; i++) {
      const a = x[p * d + i]! - shift[i]!;
      const A = Math.abs(x[p * d + i]!) + Math.abs(shift[i]!);
      sums.s1[i]! += a;
      sizes.s1[i]! += A;
      for (let j = i; j < d; j++, pair++) {
        const b = x[p * d + j]! - shift[j]!;
        const B = Math.abs(x[p * d + j]!) + Math.abs(shift[j]!);
        sums.s11[pair]! += a * b;
        sums.s21[pair]! += a * a * b;
        sums.s12[pair]! += a * b * b;
        sums.s22[pair]! += a * a * b * b;
        sizes.s11[pair]! += A * B;
        sizes.s21[pair]! += A * A * B;
        sizes.s12[pair]! += A * B * B;
        sizes.s22[pair]! += A * A * B * B;
      }
    }
  }
  return { sums, sizes };
}

function plainHistogram(
  x: Float64Array,
  d: number,
  {
    lo,
    hi,
    bins,
  }: { readonly lo: readonly number[]; readonly hi: readonly number[]; readonly bins: readonly number[] },
): { counts: Float64Array; outside: number } {
  const counts = new Float64Array(bins.reduce((a, b) => a * b, 1));
  let outside = 0;
  for (let p = 0; p < x.length / d; p++) {
    let cell = 0;
    let size = 1;
    let inside = true;
    for (let i = 0; i < bins.length; i++) {
      const place = Math.floor(((x[p * d + i]! - lo[i]!) / (hi[i]! - lo[i]!)) * bins[i]!);
      inside &&= place >= 0 && place < bins[i]!;
      cell += place * size;
      size *= bins[i]!;
    }
    if (inside) counts[cell]!++;
    else outside++;
  }
  return { counts, outside };
}
