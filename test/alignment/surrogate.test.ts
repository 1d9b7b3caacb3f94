import { describe, expect, test } from "vitest";
import { differenceLoss } from "../../src/alignment/difference-loss.ts";
import {
  ratioError,
  surrogate,
  type SurrogateRule,
  type TransitionRows,
} from "../../src/alignment/surrogate.ts";
import { transitionLogProb } from "../../src/alignment/transition.ts";
import { createRandom } from "../../src/math/philox.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";

const DIM = 2;
const COUNT = 12;

/** Random rows; old log-probabilities are those at `old`, so that ratios at another x0Hat differ from 1. */
function randomRows(anchored: boolean, offset: number) {
  const random = createRandom(7, 0);
  const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());
  const x = normals(COUNT * DIM);
  const x0Hat = normals(COUNT * DIM);
  const cx = Float64Array.from({ length: COUNT }, () => 0.5 + 0.4 * random.uniform());
  const c0 = Float64Array.from({ length: COUNT }, () => 0.1 + 0.3 * random.uniform());
  const cz = Float64Array.from({ length: COUNT }, () => 0.3 + 0.3 * random.uniform());
  const next = x.map((v, j) => {
    const i = Math.floor(j / DIM);
    return cx[i]! * v + c0[i]! * x0Hat[j]! + cz[i]! * random.normal();
  });
  const old = x0Hat.map((v) => v + offset * random.normal());
  const step = (i: number) => ({ cx: cx[i]!, c0: c0[i]!, cz: cz[i]! });
  const rows: TransitionRows = {
    dim: DIM,
    count: COUNT,
    x,
    next,
    t: new Float64Array(COUNT).fill(0.5),
    cx,
    c0,
    cz,
    logProb: Float64Array.from({ length: COUNT }, (_, i) => transitionLogProb(step(i), DIM, i, x, next, old)),
    advantage: normals(COUNT),
    anchor: anchored ? { x0Hat: normals(COUNT * DIM), strength: normals(COUNT).map(Math.abs) } : null,
  };
  return { rows, x0Hat };
}

/** Central differences of a loss in every coordinate of x0Hat. */
function differences(x0Hat: Float64Array, loss: (x0Hat: Float64Array) => number): Float64Array {
  const h = 1e-5;
  return x0Hat.map((_, j) => {
    const at = (by: number): number => loss(x0Hat.map((v, i) => (i === j ? v + by : v)));
    return (at(h) - at(-h)) / (2 * h);
  });
}

/** Truncation h^2 |third derivative| / 6 and rounding 1e-16 |loss| / h are below 1e-9 for numbers of size 10. */
const DIFFERENCE = { absolute: 1e-8, relative: 1e-7 };
const RULES: readonly SurrogateRule[] = (["score", "clipped", "clamped"] as const).flatMap((kind) =>
  (["sum", "mean"] as const).map((logProb) => ({ kind, logProb, clip: 0.1 })),
);

describe.each([false, true])("with a pull to the reference: %s", (anchored) => {
  const { rows, x0Hat } = randomRows(anchored, 0.3);
  test.each(RULES)("the gradient of $kind, $logProb is that of central differences", (rule) => {
    const value = surrogate(rows, x0Hat, rule, 40);
    expectAllClose(
      value.gradient,
      differences(x0Hat, (moved) => surrogate(rows, moved, rule, 40).loss),
      DIFFERENCE,
    );
    // Some rows are clipped and some are not, or the test would see one branch only.
    if (rule.kind !== "score") expect([0, COUNT]).not.toContain(value.clipped);
  });

  test.each([true, false])(
    "the gradient of the difference loss (pairs: %s) is that of central differences",
    (pairs) => {
      const weight = Float64Array.from({ length: COUNT }, (_, i) => 0.9 ** Math.floor(i / 2));
      for (const clip of [0.05, 10]) {
        const rule = { clip, logProb: "sum", pairs } as const;
        expectAllClose(
          differenceLoss(rows, x0Hat, weight, rule, 6).gradient,
          differences(x0Hat, (moved) => differenceLoss(rows, moved, weight, rule, 6).loss),
          DIFFERENCE,
        );
      }
    },
  );
});

describe("the surrogate", () => {
  const clipped = { kind: "clipped", clip: 0.2, logProb: "sum" } as const;

  test("has a ratio of exactly 1 where the policy is the one that drew the rows, and then the score's gradient", () => {
    const { rows, x0Hat } = randomRows(false, 0);
    const value = surrogate(rows, x0Hat, clipped, COUNT);
    expect(ratioError(value.logRatio)).toBe(0);
    expect(value.clipped).toBe(0);
    expect(value.gradient).toEqual(surrogate(rows, x0Hat, { ...clipped, kind: "score" }, COUNT).gradient);
    // Control: after a change of the policy both differ.
    const moved = x0Hat.map((v) => v + 0.05);
    const later = surrogate(rows, moved, { ...clipped, clip: Infinity }, COUNT);
    expect(ratioError(later.logRatio)).toBeGreaterThan(1e-3);
    expect(later.gradient).not.toEqual(surrogate(rows, moved, { ...clipped, kind: "score" }, COUNT).gradient);
  });

  test("is max(-A rho, -A clip(rho)) as written out here", () => {
    const { rows, x0Hat } = randomRows(false, 0.3);
    let sum = 0;
    for (let i = 0; i < COUNT; i++) {
      const mu = [0, 1].map((d) => rows.cx[i]! * rows.x[i * 2 + d]! + rows.c0[i]! * x0Hat[i * 2 + d]!);
      const logProb = [0, 1].reduce((all, d) => {
        const cz = rows.cz[i]!;
        return (
          all - (rows.next[i * 2 + d]! - mu[d]!) ** 2 / (2 * cz * cz) - Math.log(cz * Math.sqrt(2 * Math.PI))
        );
      }, 0);
      const rho = Math.exp(logProb - rows.logProb[i]!);
      const A = rows.advantage[i]!;
      sum += Math.max(-A * rho, -A * Math.min(1.2, Math.max(0.8, rho)));
    }
    expectClose(surrogate(rows, x0Hat, clipped, COUNT).loss, sum / COUNT, { absolute: 1e-13 });
  });

  test("with the mean log-probability has the root of the ratio", () => {
    const { rows, x0Hat } = randomRows(false, 0.3);
    const sum = surrogate(rows, x0Hat, clipped, COUNT).logRatio;
    const mean = surrogate(rows, x0Hat, { ...clipped, logProb: "mean" }, COUNT).logRatio;
    expectAllClose(
      mean,
      sum.map((v) => v / DIM),
      { absolute: 1e-15 },
    );
  });

  test("control: central differences notice a gradient without the clip", () => {
    const { rows, x0Hat } = randomRows(false, 0.3);
    const free = surrogate(rows, x0Hat, { ...clipped, clip: Infinity }, COUNT).gradient;
    const numeric = differences(
      x0Hat,
      (moved) => surrogate(rows, moved, { ...clipped, clip: 0.1 }, COUNT).loss,
    );
    expect(() => expectAllClose(free, numeric, DIFFERENCE)).toThrow();
  });

  test("pulls to the reference by exactly the KL of the steps", () => {
    const { rows, x0Hat } = randomRows(true, 0);
    const klWeight = 0.7;
    const strength = Float64Array.from(rows.cz, (cz, i) => (klWeight / 2) * (rows.c0[i]! / cz) ** 2);
    const anchored = { ...rows, anchor: { x0Hat: rows.anchor!.x0Hat, strength } };
    const without = surrogate({ ...rows, anchor: null }, x0Hat, clipped, COUNT).loss;
    let kl = 0;
    for (let j = 0; j < COUNT * DIM; j++) {
      const i = Math.floor(j / DIM);
      kl += (rows.c0[i]! * (x0Hat[j]! - rows.anchor!.x0Hat[j]!)) ** 2 / (2 * rows.cz[i]! ** 2);
    }
    expectClose(surrogate(anchored, x0Hat, clipped, COUNT).loss - without, (klWeight * kl) / COUNT, {
      absolute: 1e-13,
    });
  });
});

describe("the difference loss", () => {
  test("is (u - dA)^2 with u = weight (l^a - l^b), the larger of free and held", () => {
    const { rows, x0Hat } = randomRows(false, 0.3);
    const weight = new Float64Array(COUNT).fill(0.9);
    const free = surrogate(rows, x0Hat, { kind: "clipped", clip: 1, logProb: "sum" }, 1).logRatio;
    const held = free.map((v) => Math.min(0.05, Math.max(-0.05, v)));
    let sum = 0;
    for (let a = 0; a < COUNT; a += 2) {
      const dA = rows.advantage[a]! - rows.advantage[a + 1]!;
      sum += Math.max(
        (0.9 * (free[a]! - free[a + 1]!) - dA) ** 2,
        (0.9 * (held[a]! - held[a + 1]!) - dA) ** 2,
      );
    }
    const rule = { clip: 0.05, logProb: "sum", pairs: true } as const;
    const loss = differenceLoss(rows, x0Hat, weight, rule, COUNT / 2).loss;
    expectClose(loss, sum / (COUNT / 2), { absolute: 1e-13 });
    // Control: alone, the trajectories have another loss.
    expect(differenceLoss(rows, x0Hat, weight, { ...rule, pairs: false }, COUNT).loss).not.toBeCloseTo(
      loss,
      6,
    );
  });

  test("starts as a policy gradient whose baseline is the partner", () => {
    const { rows, x0Hat } = randomRows(false, 0);
    const weight = new Float64Array(COUNT).fill(1);
    const partner = rows.advantage.map((A, i) => A - rows.advantage[i % 2 === 0 ? i + 1 : i - 1]!);
    const policy = surrogate(
      { ...rows, advantage: partner },
      x0Hat,
      { kind: "score", clip: 1, logProb: "sum" },
      COUNT,
    );
    const value = differenceLoss(rows, x0Hat, weight, { clip: 0.1, logProb: "sum", pairs: true }, COUNT / 2);
    // Per pair -2 dA grad(l^a - l^b); over COUNT/2 pairs that is 4 times the mean of -A grad l over COUNT rows.
    expectAllClose(
      value.gradient,
      policy.gradient.map((v) => 4 * v),
      { relative: 1e-12, absolute: 1e-15 },
    );
  });
});
