/**
 * Published findings on training noise and deployment, put to the test on a 2-D model: what was claimed, what this lab measures
 * over independent seeds, and whether they agree. The verdict follows from intervals alone.
 */
import type { Estimate } from "../../measure/estimate.ts";
import { meanOverSeeds } from "../../measure/seeds.ts";
import { interval } from "../../measure/verdict.ts";
import { TRAINING_DEFAULTS } from "../../spec/training/defaults.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import type { ReferenceKey } from "../../theory/references.ts";
import { sayEstimate } from "../chart-parts.ts";
import { trainingCell, type CellResult, type TrainingCell } from "./cells.ts";
import type { Deployment } from "./plan.ts";
import { cellsOf, deploymentOf, finishedOf, type FinishedCells, type Variant } from "./study.ts";
import { withAlgorithm } from "./studies/algorithms.ts";
import { trainedWith } from "./studies/eta-matrix.ts";

export type FindingVerdict = "agrees" | "disagrees" | "inconclusive";

/** A number whose sign the finding predicts. */
export interface FindingClaim {
  readonly words: string;
  readonly expected: "above 0" | "below 0";
  /** Mean over seeds, with Student's interval. */
  readonly measured: Estimate;
  /** One value per seed. */
  readonly values: readonly number[];
  readonly verdict: FindingVerdict;
}

export interface FindingResult {
  readonly id: string;
  readonly title: string;
  readonly published: string;
  readonly reference: ReferenceKey;
  readonly claims: readonly FindingClaim[];
  /** Of all claims together: agrees if all do, disagrees if one does. */
  readonly verdict: FindingVerdict;
  readonly words: string;
  /** Keys of the cells that it rests on. */
  readonly cells: readonly string[];
}

/** Fewest seeds that a finding is judged on. */
export const FINDING_SEEDS = 5;

/** Steps of training: few, so that samplers differ. */
const N = 10;
/** The etas trained with: less than 1, 1, the published best, very large. */
const [LESS, ONE, BEST, HUGE] = [0.5, 1, 1.2, 4];
const FEW = 5;
const COUNTS = [1, 2, 4, 8, 16, 32];

/** The specification that all findings vary. */
export const FINDINGS_SPEC: TrainingSpec = {
  ...TRAINING_DEFAULTS,
  training: { ...TRAINING_DEFAULTS.training, steps: N, batch: 384, iterations: 30 },
  evaluation: { ...TRAINING_DEFAULTS.evaluation, every: 15, particles: 1024, seeds: FINDING_SEEDS },
};

const DEPLOYMENTS: readonly Deployment[] = [
  ...[...new Set([...COUNTS, FEW, N, 4 * N])].sort((a, b) => a - b).map((steps) => ({ eta: 0, steps })),
  { eta: BEST, steps: FEW },
];

const make = (label: string, run: TrainingSpec): TrainingCell => trainingCell(label, run, DEPLOYMENTS, true);

function variant(label: string, spec: TrainingSpec): Variant {
  return { label, spec, hue: "accent" };
}

const ddpo = (eta: number): Variant => variant(`DDPO at η = ${eta}`, trainedWith(FINDINGS_SPEC, eta));
const mix = variant(`MixGRPO at η = ${BEST}`, trainedWith(withAlgorithm(FINDINGS_SPEC, "mix-grpo"), BEST));
const sdpo = variant(`SDPO at η = ${ONE}`, trainedWith(withAlgorithm(FINDINGS_SPEC, "sdpo"), ONE));

type Value = (results: readonly CellResult[]) => number | null;

/** A claim over seeds: `value` sees the cells of one seed, one per variant. */
interface ClaimPlan {
  readonly words: string;
  readonly expected: FindingClaim["expected"];
  readonly variants: readonly Variant[];
  readonly value: Value;
}

interface FindingPlan extends Pick<FindingResult, "id" | "title" | "published" | "reference"> {
  readonly claims: readonly ClaimPlan[];
}

/** |gap| at the end of training less |gap| before it. */
function narrowing([result]: readonly CellResult[]): number | null {
  const measured = result?.history.measurements ?? [];
  const [start, end] = [measured[0]?.gap, measured.at(-1)?.gap];
  return start && end ? Math.abs(end.gap.value) - Math.abs(start.gap.value) : null;
}

/** What training gave the ODE at N. */
function odeReward(result: CellResult | undefined, steps: number): number | null {
  return (result && deploymentOf(result, 0, steps)?.improvement.value) ?? null;
}

const difference =
  (steps: number): Value =>
  ([a, b]) => {
    const [first, second] = [odeReward(a, steps), odeReward(b, steps)];
    return first === null || second === null ? null : first - second;
  };

function meanAdvantage(results: readonly CellResult[]): number | null {
  const differences = COUNTS.map((steps) => difference(steps)(results));
  const known = differences.flatMap((d) => d ?? []);
  return known.length < COUNTS.length ? null : known.reduce((sum, d) => sum + d, 0) / known.length;
}

const PLANS: readonly FindingPlan[] = [
  {
    id: "gap-narrows",
    title: "The gap narrows while training",
    published: "The reward gap between SDE and ODE narrows as training proceeds, with DDPO and with MixGRPO.",
    reference: "Sheng25",
    claims: [ddpo(BEST), mix].map((v) => ({
      words: `|gap| after training less |gap| before it, ${v.label}, N = ${N}`,
      expected: "below 0",
      variants: [v],
      value: narrowing,
    })),
  },
  {
    id: "eta-for-ode",
    title: "Training at η = 1.2 is best for the ODE",
    published:
      "Training with moderate to high stochasticity, often η = 1.2, gives the better ODE samples; very large η hurts.",
    reference: "Sheng25",
    claims: [
      {
        words: `reward of the ODE trained at η = ${BEST} less at η = ${LESS}, N = ${N}`,
        expected: "above 0",
        variants: [ddpo(BEST), ddpo(LESS)],
        value: difference(N),
      },
      {
        words: `reward of the ODE trained at η = ${BEST} less at η = ${ONE}, N = ${N}`,
        expected: "above 0",
        variants: [ddpo(BEST), ddpo(ONE)],
        value: difference(N),
      },
      {
        words: `reward of the ODE trained at η = ${HUGE} less at η = ${BEST}, N = ${N}`,
        expected: "below 0",
        variants: [ddpo(HUGE), ddpo(BEST)],
        value: difference(N),
      },
    ],
  },
  {
    id: "few-steps",
    title: "With few steps the ODE beats the SDE",
    published: "With few steps the ODE is stable and often beats the SDE.",
    reference: "Sheng25",
    claims: [
      {
        words: `reward of the SDE less that of the ODE, N = ${FEW}, trained by DDPO at η = ${BEST}`,
        expected: "below 0",
        variants: [ddpo(BEST)],
        value: ([result]) => (result && deploymentOf(result, BEST, FEW)?.gap.value) ?? null,
      },
    ],
  },
  {
    id: "sdpo-steps",
    title: "SDPO generalises over step counts",
    published:
      "SDPO improves rewards consistently over step counts, where trajectory-level methods such as DDPO do not generalise.",
    reference: "Zhang24",
    claims: [
      {
        words: `what SDPO adds to the ODE's reward less what DDPO adds, mean over N = ${COUNTS.join(", ")}`,
        expected: "above 0",
        variants: [sdpo, ddpo(ONE)],
        value: meanAdvantage,
      },
      {
        words: "the same at N = 1",
        expected: "above 0",
        variants: [sdpo, ddpo(ONE)],
        value: difference(1),
      },
    ],
  },
];

/** Every training that the findings rest on, seed by seed. */
export function findingCells(): TrainingCell[] {
  const variants = new Map(
    PLANS.flatMap((p) => p.claims.flatMap((c) => c.variants)).map((v) => [v.label, v]),
  );
  return cellsOf(FINDINGS_SPEC, [...variants.values()], make);
}

/** Judges every finding on the finished cells; claims without enough seeds are inconclusive. */
export function judgeFindings(finished: FinishedCells): FindingResult[] {
  return PLANS.map(({ claims, ...told }) => {
    const judged = claims.map((claim) => judge(claim, finished));
    const verdict = together(judged.map((c) => c.verdict));
    const variants = new Map(claims.flatMap((c) => c.variants).map((v) => [v.label, v]));
    return {
      ...told,
      claims: judged,
      verdict,
      words: judged.map(claimWords).join(" "),
      cells: cellsOf(FINDINGS_SPEC, [...variants.values()], make)
        .map(({ key }) => key)
        .filter((key) => finished.has(key)),
    };
  });
}

function judge({ words, expected, variants, value }: ClaimPlan, finished: FinishedCells): FindingClaim {
  const bySeed = variants.map(
    (v) => new Map(finishedOf(FINDINGS_SPEC, v, finished, make).map((r) => [r.spec.training.seed, r])),
  );
  const seeds = [...(bySeed[0]?.keys() ?? [])].filter((seed) => bySeed.every((m) => m.has(seed)));
  const values = seeds.flatMap((seed) => value(bySeed.flatMap((m) => m.get(seed) ?? [])) ?? []);
  const measured = meanOverSeeds(values);
  return { words, expected, measured, values, verdict: claimVerdict(measured, expected) };
}

/** The whole interval on the expected side of 0 agrees, on the other disagrees. */
export function claimVerdict(measured: Estimate, expected: FindingClaim["expected"]): FindingVerdict {
  if (measured.n < FINDING_SEEDS) return "inconclusive";
  const [lo, hi] = interval(measured);
  if (lo > 0) return expected === "above 0" ? "agrees" : "disagrees";
  if (hi < 0) return expected === "below 0" ? "agrees" : "disagrees";
  return "inconclusive";
}

function together(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.includes("disagrees")) return "disagrees";
  return verdicts.every((v) => v === "agrees") ? "agrees" : "inconclusive";
}

function claimWords({ words, expected, measured, verdict }: FindingClaim): string {
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  if (measured.n === 0) return `${sentence}: not measured.`;
  const figure = measured.n > 1 ? sayEstimate(measured) : String(measured.value);
  return `${sentence}: ${figure} over ${measured.n} seeds; the finding says ${expected} (${verdict}).`;
}
