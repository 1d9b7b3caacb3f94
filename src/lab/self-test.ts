/**
 * A check that a user can run on the engine in use: random words with known answers, and a Gaussian chain whose mean and
 * variance follow from two lines of algebra, against what the engine samples.
 */
import type { Engine, EngineInfo, RunControl } from "../engine/engine.ts";
import { covarianceEstimates, meanEstimates } from "../measure/vector-sums.ts";

export interface SelfTestLine {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  readonly passed: boolean;
}

export interface SelfTestReport {
  readonly lines: readonly SelfTestLine[];
  readonly passed: boolean;
  readonly wallMs: number;
}

/** Philox 4x32-10, counter and key zero: published known answer of Random123. */
const PHILOX_ZERO = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
const PARTICLES = 65_536;
/** A right engine fails one of the two chance checks once in about 150,000 tests. */
const MAX_STANDARD_ERRORS = 4.5;

/** y[k+1] = a y[k] + b + c z from y[0] = priorStd z. */
export interface Chain {
  readonly steps: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly priorStd: number;
}

const CHAIN: Chain = { steps: 8, a: 0.8, b: 0.25, c: 0.3, priorStd: 2 };

/** Mean and variance of the chain's last value. */
export function chainLaw({ steps, a, b, c, priorStd }: Chain): { mean: number; variance: number } {
  let mean = 0;
  let variance = priorStd * priorStd;
  for (let k = 0; k < steps; k++) {
    mean = a * mean + b;
    variance = a * a * variance + c * c;
  }
  return { mean, variance };
}

/** Runs the check. Takes well under a second on a working engine. */
export async function selfTest(
  engine: Engine,
  now: () => number,
  control?: RunControl,
): Promise<SelfTestReport> {
  const started = now();
  const lines = [await checkWords(engine), ...(await checkChain(engine, control))];
  return { lines, passed: lines.every((line) => line.passed), wallMs: now() - started };
}

async function checkWords(engine: Engine): Promise<SelfTestLine> {
  const words = await engine.bits({ seed: 0, stream: 0, block: 0 }, 0, 1);
  const got = [...words.slice(0, 4)];
  return {
    what: "Random words (Philox 4x32-10, counter 0, key 0)",
    expected: hex(PHILOX_ZERO),
    got: hex(got),
    passed: PHILOX_ZERO.every((word, i) => word === got[i]),
  };
}

function hex(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(8, "0")).join(" ");
}

async function checkChain(engine: Engine, control?: RunControl): Promise<SelfTestLine[]> {
  const { steps, a, b, c, priorStd } = CHAIN;
  const result = await engine.measure(
    {
      particles: Math.min(PARTICLES, engine.info.maxParticles),
      seed: 20251010,
      reward: { kind: "linear", dim: 1, weights: Float64Array.of(1), offset: 0 },
      arms: [
        {
          baseline: null,
          program: {
            kind: "linear",
            dim: 1,
            steps,
            priorStd,
            diagonal: true,
            A: new Float64Array(steps).fill(a),
            b: new Float64Array(steps).fill(b),
            c: new Float64Array(steps).fill(c),
            basis: null,
            times: Float64Array.from({ length: steps + 1 }, (_, k) => 1 - k / steps),
          },
        },
      ],
    },
    control,
  );
  const arm = result.arms[0];
  if (arm === undefined) {
    return [{ what: "Gaussian chain", expected: "one arm", got: "none", passed: false }];
  }
  const law = chainLaw(CHAIN);
  const mean = meanEstimates(arm.x)[0];
  const variance = covarianceEstimates(arm.x)[0]?.[0];
  return [
    chanceLine("Mean of a Gaussian chain, 8 steps", law.mean, mean),
    chanceLine("Variance of the same chain", law.variance, variance),
  ];
}

function chanceLine(
  what: string,
  expected: number,
  got: { readonly value: number; readonly se: number } | undefined,
): SelfTestLine {
  if (got === undefined) return { what, expected: expected.toFixed(5), got: "nothing", passed: false };
  const off = Math.abs(got.value - expected) / got.se;
  return {
    what,
    expected: expected.toFixed(5),
    got: `${got.value.toFixed(5)} ± ${got.se.toFixed(5)} (${off.toFixed(1)} standard errors off)`,
    passed: off < MAX_STANDARD_ERRORS,
  };
}

/** Text that a user can paste into a report. */
export function engineReport(
  info: EngineInfo,
  reason: string,
  test: SelfTestReport | null,
  userAgent: string,
): string {
  const head = [
    "Etalon engine report",
    `engine: ${info.kind}`,
    `adapter: ${info.adapter}`,
    `software adapter: ${info.software ? "yes" : "no"}`,
    `precision: ${info.precision}`,
    `largest particle count: ${info.maxParticles}`,
    `why this engine: ${reason}`,
    `browser: ${userAgent}`,
  ];
  const body =
    test === null
      ? ["self-test: not run"]
      : [
          `self-test: ${test.passed ? "passed" : "FAILED"} in ${test.wallMs.toFixed(0)} ms`,
          ...test.lines.map(
            (line) =>
              `  ${line.passed ? "ok  " : "FAIL"} ${line.what}: expected ${line.expected}, got ${line.got}`,
          ),
        ];
  return [...head, ...body].join("\n");
}
