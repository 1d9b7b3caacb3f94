import { describe, expect, test } from "vitest";
import { PROCESS_KINDS, createProcess } from "../../src/diffusion/processes/index.ts";
import { expectClose, isClose } from "../support/numbers.ts";
import { PROCESS_CASES } from "./cases.ts";

/** Central difference of f at t, extrapolated from steps h and h/2: error O(h^4). */
function slope(f: (t: number) => number, t: number, h: number): number {
  const at = (h: number): number => (f(t + h) - f(t - h)) / (2 * h);
  return (4 * at(h / 2) - at(h)) / 3;
}

test("every kind of process has a case here", () => {
  expect(new Set(PROCESS_CASES.map(([, p]) => p.kind))).toEqual(new Set(PROCESS_KINDS));
});

describe.each(PROCESS_CASES)("%s", (_, parameters) => {
  const process = createProcess(parameters);
  const { T } = process;
  const times = [1e-3, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97].map((share) => share * T);
  // Step 1e-3 t: fourth-order error about 1e-12 of f''''' t^4, rounding 1e-16 / 1e-3, both far below 1e-8.
  const derivative = { relative: 1e-8, absolute: 1e-11 };
  const gSq = (t: number): number =>
    slope((u) => process.sigma(u) ** 2, t, 1e-3 * t) -
    2 * slope((u) => Math.log(process.alpha(u)), t, 1e-3 * t) * process.sigma(t) ** 2;

  test("data have no noise", () => {
    expect(process.alpha(0)).toBe(1);
    expect(process.sigma(0)).toBe(0);
    expect(process.logSnr(0)).toBe(Infinity);
  });

  test("f is the derivative of log alpha", () => {
    for (const t of times)
      expectClose(
        process.drift(t),
        slope((u) => Math.log(process.alpha(u)), t, 1e-3 * t),
        derivative,
        `f(${t})`,
      );
  });

  test("g^2 is the derivative of sigma^2 less 2 f sigma^2; one per cent more is noticed", () => {
    for (const t of times) {
      expectClose(process.diffusionSq(t), gSq(t), derivative, `g^2(${t})`);
      expect(isClose(1.01 * process.diffusionSq(t), gSq(t), derivative)).toBe(false);
    }
  });

  test("log-SNR is log(alpha^2 / sigma^2) and falls", () => {
    let last = Infinity;
    for (const t of times) {
      const expected = 2 * (Math.log(process.alpha(t)) - Math.log(process.sigma(t)));
      expectClose(process.logSnr(t), expected, { relative: 1e-12, absolute: 1e-12 }, `logSnr(${t})`);
      expect(process.logSnr(t)).toBeLessThan(last);
      last = process.logSnr(t);
    }
  });

  test("log-SNR stays accurate at t = 1e-9: its derivative is -g^2 / sigma^2", () => {
    const t = 1e-9 * T;
    const expected = -(process.diffusionSq(t) / process.sigma(t) ** 2);
    expectClose(slope(process.logSnr, t, 1e-2 * t), expected, { relative: 1e-6 });
  });

  test("timeAtLogSnr inverts log-SNR", () => {
    for (const t of [1e-9 * T, 1e-6 * T, ...times, T]) {
      // An error e in log-SNR moves t by e / |slope|; log-SNR is of size 50 at most and rounded to 1e-14.
      const slack = 2e-13 / Math.abs(process.diffusionSq(t) / process.sigma(t) ** 2);
      expectClose(
        process.timeAtLogSnr(process.logSnr(t)),
        t,
        { relative: 1e-13, absolute: slack },
        `t = ${t}`,
      );
    }
  });

  test("alpha, sigma and the prior are finite and positive", () => {
    expect(process.priorStd).toBeGreaterThan(0);
    for (const t of [...times, T]) {
      expect(process.sigma(t)).toBeGreaterThan(0);
      expect(process.alpha(t)).toBeGreaterThan(0);
      expect(process.diffusionSq(t)).toBeGreaterThan(0);
    }
  });
});

describe("particular processes", () => {
  const linear = { kind: "linear", min: 0.1, max: 20 } as const;

  test("VP preserves variance: alpha^2 + sigma^2 = 1", () => {
    for (const [, p] of PROCESS_CASES) {
      if (p.kind !== "vp") continue;
      const process = createProcess(p);
      for (let t = 0; t <= p.T; t += p.T / 50)
        expectClose(process.alpha(t) ** 2 + process.sigma(t) ** 2, 1, { absolute: 1e-15 * 8 });
    }
  });

  test("control: sub-VP does not preserve variance", () => {
    const process = createProcess({ kind: "sub-vp", beta: linear, T: 1 });
    expect(isClose(process.alpha(0.2) ** 2 + process.sigma(0.2) ** 2, 1, { absolute: 1e-3 })).toBe(false);
  });

  test("marginals are those of the table", () => {
    const t = 0.4;
    const B = 0.1 * t + (19.9 * t * t) / 2;
    const at = (p: Parameters<typeof createProcess>[0]): [number, number] => {
      const process = createProcess(p);
      return [process.alpha(t), process.sigma(t)];
    };
    const rows: [[number, number], number, number][] = [
      [at({ kind: "ve", T: 5 }), 1, t],
      [at({ kind: "vp", beta: linear, T: 1 }), Math.exp(-B / 2), Math.sqrt(1 - Math.exp(-B))],
      [at({ kind: "sub-vp", beta: linear, T: 1 }), Math.exp(-B / 2), 1 - Math.exp(-B)],
      [at({ kind: "flow", T: 1 }), 1 - t, t],
      [
        at({ kind: "contractive-ou", theta: 0.5, noise: 2, T: 1 }),
        Math.exp(0.5 * t),
        Math.sqrt(4 * (Math.exp(t) - 1)),
      ],
      [at({ kind: "contractive-sub-vp", beta: linear, T: 1 }), Math.exp(B / 2), Math.exp(B) - 1],
    ];
    for (const [[alpha, sigma], alphaExpected, sigmaExpected] of rows) {
      expectClose(alpha, alphaExpected, { relative: 1e-14 });
      expectClose(sigma, sigmaExpected, { relative: 1e-13 });
    }
  });

  test("the cosine signal is cos^2(pi/2 (t + s)/(1 + s)) over its value at 0", () => {
    const process = createProcess({ kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 });
    const f = (t: number): number => Math.cos(((Math.PI / 2) * (t + 0.008)) / 1.008) ** 2;
    for (const t of [0.001, 0.1, 0.5, 0.9, 0.999])
      expectClose(process.alpha(t) ** 2, f(t) / f(0), { relative: 1e-12 });
  });

  test("priors: VE sigma_T, VP, sub-VP and flow 1, contractive processes their sigma_T", () => {
    expect(createProcess({ kind: "ve", T: 5 }).priorStd).toBe(5);
    expect(createProcess({ kind: "vp", beta: linear, T: 0.5 }).priorStd).toBe(1);
    expect(createProcess({ kind: "sub-vp", beta: linear, T: 0.5 }).priorStd).toBe(1);
    expect(createProcess({ kind: "flow", T: 0.9 }).priorStd).toBe(1);
    for (const [, p] of PROCESS_CASES)
      if (p.kind.startsWith("contractive")) {
        const process = createProcess(p);
        expect(process.priorStd).toBe(process.sigma(p.T));
      }
  });

  test.each([
    ["flow", { kind: "flow", T: 1 }],
    ["VP cosine", { kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 }],
    ["sub-VP cosine", { kind: "sub-vp", beta: { kind: "cosine", offset: 0.008 }, T: 1 }],
  ] as const)("%s has no signal at T = 1", (_, p) => {
    const process = createProcess(p);
    expect(process.alpha(1)).toBe(0);
    expect(process.sigma(1)).toBe(1);
    expect(process.logSnr(1)).toBe(-Infinity);
    expect(process.timeAtLogSnr(-Infinity)).toBe(1);
    expect(process.diffusionSq(1)).toBe(Infinity);
  });

  test("what is not a process is refused with the rule", () => {
    expect(() => createProcess({ kind: "flow", T: 1.5 })).toThrow(/flow: T must be at most 1/);
    expect(() => createProcess({ kind: "ve", T: 0 })).toThrow(/positive and finite, got T = 0/);
    expect(() => createProcess({ kind: "ve", T: NaN })).toThrow(RangeError);
    const cosine = { kind: "cosine", offset: 0.008 } as const;
    expect(() => createProcess({ kind: "contractive-sub-vp", beta: cosine, T: 1 })).toThrow(/finite/);
    expect(() => createProcess({ kind: "contractive-ou", theta: 1, noise: 0, T: 1 })).toThrow(/sigma at T/);
  });
});
