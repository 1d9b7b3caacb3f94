import { describe, expect, test } from "vitest";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { expectClose } from "../support/numbers.ts";
import { FLOW, VP } from "./cases.ts";

const flow = createProcess(FLOW);
const vp = createProcess(VP);
const uniform = (steps: number, process = flow): Float64Array =>
  createGrid({ kind: "uniform" }, process, steps);

/** One point of the published formulas: state, prediction of x_0, and the flow's velocity. */
const POINT = { x: 0.7, x0Hat: -0.4 };
const velocity = (t: number): number => (POINT.x - POINT.x0Hat) / t;

/** Mean by the paper: x - h [ v + s^2/(2t) (x + (1 - t) v) ], s^2 = a^2 t/(1 - t) (Flow-GRPO, eq. 9). */
function flowGrpoMean(t: number, h: number, s2: number): number {
  const v = velocity(t);
  return POINT.x - h * (v + (s2 / (2 * t)) * (POINT.x + (1 - t) * v));
}

/** Mean by the published code: x + v dt - e^2/2 score dt, score = -(x - (1 - t) x0Hat)/t^2 (DanceGRPO). */
function danceGrpoMean(t: number, dt: number, e: number): number {
  const score = -(POINT.x - (1 - t) * POINT.x0Hat) / t ** 2;
  return POINT.x + velocity(t) * dt - 0.5 * e ** 2 * score * dt;
}

/** Means may differ by the rounding of about ten operations on numbers of size 10. */
const ROUNDING = { absolute: 1e-13, relative: 1e-13 };

describe("noise steps", () => {
  test("of Flow-GRPO are the published ones, with t[1] in the first denominator", () => {
    const times = uniform(10);
    noiseSteps({ kind: "flow-grpo", level: 0.7 }, flow, times).forEach((step, k) => {
      const t = times[k]!;
      const h = t - times[k + 1]!;
      const s2 = (0.7 ** 2 * t) / (1 - (k === 0 ? times[1]! : t));
      const mean = step.cx * POINT.x + step.c0 * POINT.x0Hat;
      expectClose(mean, flowGrpoMean(t, h, s2), ROUNDING, `mean of step ${k}`);
      expectClose(step.cz, Math.sqrt(s2 * h), ROUNDING, `std of step ${k}`);
    });
  });

  test("of DanceGRPO are the published ones", () => {
    const times = uniform(10);
    noiseSteps({ kind: "dance-grpo", level: 0.3 }, flow, times).forEach((step, k) => {
      const t = times[k]!;
      const dt = times[k + 1]! - t;
      const mean = step.cx * POINT.x + step.c0 * POINT.x0Hat;
      expectClose(mean, danceGrpoMean(t, dt, 0.3), ROUNDING, `mean of step ${k}`);
      expectClose(step.cz, 0.3 * Math.sqrt(-dt), ROUNDING, `std of step ${k}`);
    });
  });

  test("control: the published mean without the score term is another one", () => {
    const times = uniform(10);
    const step = noiseSteps({ kind: "flow-grpo", level: 0.7 }, flow, times)[4]!;
    const t = times[4]!;
    const euler = POINT.x - (t - times[5]!) * velocity(t);
    expect(Math.abs(step.cx * POINT.x + step.c0 * POINT.x0Hat - euler)).toBeGreaterThan(1e-3);
  });

  test.each(["flow-grpo", "dance-grpo"] as const)("of %s at level 0 are the ODE's", (kind) => {
    const times = uniform(7);
    const ode = noiseSteps({ kind: "ode" }, flow, times);
    noiseSteps({ kind, level: 0 }, flow, times).forEach((step, k) => {
      expectClose(step.cx, ode[k]!.cx, { absolute: 1e-15, relative: 1e-14 });
      expectClose(step.c0, ode[k]!.c0, { absolute: 1e-15, relative: 1e-14 });
      expect(step.cz).toBe(0);
    });
  });

  test("of gDDIM are those of the samplers on every process, eta = 0 being the ODE", () => {
    for (const process of [flow, vp]) {
      const times = uniform(6, process);
      const etas = new Float64Array(6).fill(1.2);
      const steps = noiseSteps({ kind: "gddim", eta: 1.2 }, process, times);
      expect(steps).toEqual(samplerCoefficients("gddim", process, times, etas));
      expect(noiseSteps({ kind: "gddim", eta: 0 }, process, times)).toEqual(
        noiseSteps({ kind: "ode" }, process, times),
      );
    }
  });

  test("outside the stochastic steps are exactly the ODE's", () => {
    const times = uniform(6);
    const ode = noiseSteps({ kind: "ode" }, flow, times);
    for (const noise of [{ kind: "gddim", eta: 1 } as const, { kind: "flow-grpo", level: 0.7 } as const]) {
      const all = noiseSteps(noise, flow, times);
      const mixed = noiseSteps(noise, flow, times, (k) => k === 2 || k === 3);
      expect(mixed).toEqual(ode.map((step, k) => (k === 2 || k === 3 ? all[k] : step)));
    }
  });

  test("level a is sqrt(2) eta of gDDIM on small steps, and their eta says so", () => {
    // On a step of length h the two variances differ by a share of order h / t.
    const times = Float64Array.of(0.5, 0.5 - 1e-6, 0);
    const eta = 0.6;
    const [step] = noiseSteps({ kind: "flow-grpo", level: Math.SQRT2 * eta }, flow, times.subarray(0, 2));
    const [dance] = noiseSteps({ kind: "dance-grpo", level: 0.3 }, flow, times.subarray(0, 2));
    const [same] = noiseSteps({ kind: "gddim", eta }, flow, times.subarray(0, 2));
    const [danced] = noiseSteps({ kind: "gddim", eta: dance!.eta }, flow, times.subarray(0, 2));
    expectClose(step!.cz / same!.cz, 1, { absolute: 1e-5 });
    expectClose(dance!.cz / danced!.cz, 1, { absolute: 1e-5 });
    expectClose(step!.eta, eta, { absolute: 1e-5 });
    // Control: without the factor the standard deviations are far apart.
    const [off] = noiseSteps({ kind: "flow-grpo", level: eta }, flow, times.subarray(0, 2));
    expect(off!.cz / same!.cz).toBeLessThan(0.8);
  });

  test("refuse what has no meaning", () => {
    const times = uniform(4, vp);
    expect(() => noiseSteps({ kind: "flow-grpo", level: 0.7 }, vp, times)).toThrow(
      /flow process only, got process vp/,
    );
    expect(() => noiseSteps({ kind: "dance-grpo", level: 0.3 }, vp, times)).toThrow(RangeError);
    expect(() => noiseSteps({ kind: "gddim", eta: -1 }, vp, times)).toThrow(/eta must be at least 0, got -1/);
    expect(() => noiseSteps({ kind: "flow-grpo", level: NaN }, flow, uniform(4))).toThrow(/level must be/);
  });
});
