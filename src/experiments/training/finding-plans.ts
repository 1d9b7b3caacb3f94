/** What each finding on trained models claims, and the trainings of a 2-D model that put it to the test. */
import { TRAINING_DEFAULTS } from "../../spec/training/defaults.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";
import { FINDING_SEEDS, type FindingClaim, type FindingTold } from "../findings.ts";
import type { CellResult } from "./cells.ts";
import type { Deployment } from "./plan.ts";
import { deploymentOf, type Variant } from "./study.ts";
import { withAlgorithm } from "./studies/algorithms.ts";
import { trainedWith } from "./studies/eta-matrix.ts";

/** Steps of training: few, so that samplers differ. */
const N = 10;
/** The etas trained with: less than 1, 1, the published best, very large. */
const [LESS, ONE, BEST, HUGE] = [0.5, 1, 1.2, 4];
/** Step counts at which SDE and ODE are compared, fewer than those of training. */
const FEW = [2, 5];
const COUNTS = [1, 2, 4, 8, 16, 32];
const ITERATIONS = 90;
const BATCH = 384;
/** Checkpoints of the course: the start, a third of the way, two thirds, the end. */
const EVERY = ITERATIONS / 3;
/** Iterations between shifts of MixGRPO's window, so that it crosses the timeline three times. */
const SHIFT = 5;
/** SDPO's published learning rate; that of the other trainings is DDPO's published one. */
const SDPO_RATE = 1e-4;

/** The specification that all findings vary. */
export const FINDINGS_SPEC: TrainingSpec = {
  ...TRAINING_DEFAULTS,
  training: { ...TRAINING_DEFAULTS.training, steps: N, batch: BATCH, iterations: ITERATIONS },
  evaluation: { ...TRAINING_DEFAULTS.evaluation, every: EVERY, particles: 1024, seeds: FINDING_SEEDS },
};

/** Samplers that every training is measured with at its end. */
export const FINDING_DEPLOYMENTS: readonly Deployment[] = [
  ...[...new Set([...COUNTS, ...FEW, N, 4 * N])].sort((a, b) => a - b).map((steps) => ({ eta: 0, steps })),
  ...FEW.map((steps) => ({ eta: BEST, steps })),
];

function variant(label: string, spec: TrainingSpec): Variant {
  return { label, spec, hue: "accent" };
}

const ddpo = (eta: number): Variant => variant(`DDPO at η = ${eta}`, trainedWith(FINDINGS_SPEC, eta));
const mix = variant(
  `MixGRPO at η = ${BEST}`,
  crossing(trainedWith(withAlgorithm(FINDINGS_SPEC, "mix-grpo"), BEST)),
);
const sdpo = variant(`SDPO at η = ${ONE}`, slower(trainedWith(withAlgorithm(FINDINGS_SPEC, "sdpo"), ONE)));

function crossing(spec: TrainingSpec): TrainingSpec {
  const { algorithm } = spec;
  if (algorithm.kind !== "mix-grpo") return spec;
  return { ...spec, algorithm: { ...algorithm, window: { ...algorithm.window, interval: SHIFT } } };
}

function slower(spec: TrainingSpec): TrainingSpec {
  return { ...spec, training: { ...spec.training, learningRate: SDPO_RATE } };
}

/** What a claim reads off the cells of one seed, one per variant. */
export type ClaimValue = (results: readonly CellResult[]) => number | null;

/** A number over seeds: what it is read off. */
export interface FigurePlan {
  readonly words: string;
  readonly variants: readonly Variant[];
  readonly value: ClaimValue;
}

export interface ClaimPlan extends FigurePlan, Pick<FindingClaim, "expected"> {}

export interface FindingPlan extends FindingTold {
  /** Behind the claims; read off trainings that the claims rest on. */
  readonly figures: readonly FigurePlan[];
  readonly claims: readonly ClaimPlan[];
}

/** |gap| at the end of training less |gap| at the measurement `from`, both between the training's own noise and the ODE. */
const narrowing =
  (from: number): ClaimValue =>
  ([result]) => {
    const measured = result?.history.measurements ?? [];
    const [start, end] = [measured[from]?.gap, measured.at(-1)?.gap];
    return start && end ? Math.abs(end.gap.value) - Math.abs(start.gap.value) : null;
  };

/** What training gave the ODE at a step count. */
function odeReward(result: CellResult | undefined, steps: number): number | null {
  return (result && deploymentOf(result, 0, steps)?.improvement.value) ?? null;
}

const difference =
  (steps: number): ClaimValue =>
  ([a, b]) => {
    const [first, second] = [odeReward(a, steps), odeReward(b, steps)];
    return first === null || second === null ? null : first - second;
  };

/** Numbers at all step counts, or null where one is missing. */
function atCounts(value: (steps: number) => number | null): readonly number[] | null {
  const known = COUNTS.flatMap((steps) => value(steps) ?? []);
  return known.length < COUNTS.length ? null : known;
}

const meanAdvantage: ClaimValue = (results) => {
  const known = atCounts((steps) => difference(steps)(results));
  return known && known.reduce((sum, d) => sum + d, 0) / known.length;
};

const leastImprovement: ClaimValue = ([result]) => {
  const known = atCounts((steps) => odeReward(result, steps));
  return known && Math.min(...known);
};

/** J(SDE) - J(ODE) at a measurement of the course. */
const gapAt =
  (place: number): ClaimValue =>
  ([result]) =>
    result?.history.measurements.at(place)?.gap?.gap.value ?? null;

const rewardOf =
  ({ eta, steps }: Deployment): ClaimValue =>
  ([result]) =>
    (result && deploymentOf(result, eta, steps)?.reward.value) ?? null;

const pretrained =
  ({ eta, steps }: Deployment): ClaimValue =>
  ([result]) =>
    (result && deploymentOf(result, eta, steps)?.reference.value) ?? null;

const figure = (words: string, v: Variant, value: ClaimValue): FigurePlan => ({
  words,
  variants: [v],
  value,
});

const MODEL =
  "a small network (3 × 128) pretrained on two moons, whose reward likes the left shoulder of one of them";
const BUDGET = `${ITERATIONS} iterations of ${BATCH} trajectories at N = ${N}; ${FINDINGS_SPEC.evaluation.particles.toLocaleString("en")} samples per figure, on the same noise for all samplers and trainings`;

/** What was trained, for how long, and how figures were measured: alike in all findings, and part of each one's test. */
export const FINDING_METHOD = `${MODEL}: ${BUDGET}`;

const trained = (how: string): string => `${how} of ${FINDING_METHOD}.`;

/** A finding's test where the method is told elsewhere; as it is where it says another one, of another version of the lab. */
export function withoutMethod(test: string): string {
  return test.replace(`, of ${FINDING_METHOD}.`, ".").replace(` of ${FINDING_METHOD}.`, ".");
}

/** On MixGRPO's deviation from what is published. */
const WINDOW = `MixGRPO's window moves every ${SHIFT} iterations (published: 25), which takes it across all steps three times.`;

export const FINDING_PLANS: readonly FindingPlan[] = [
  {
    id: "gap-narrows",
    title: "The gap narrows while training",
    published: "The reward gap between SDE and ODE narrows as training proceeds, with DDPO and with MixGRPO.",
    source:
      "Abstract, and the curves of figure 3; DDPO on Stable Diffusion 1.5 and MixGRPO on FLUX.1, preference rewards.",
    reference: "Sheng25",
    test: `${trained(`DDPO and MixGRPO at η = ${BEST}`)} ${WINDOW} The gap of both is that of noise in every step against none.`,
    figures: [ddpo(BEST), mix].flatMap((v) => [
      figure(`gap before training, ${v.label}`, v, gapAt(0)),
      figure(`gap after ${EVERY} iterations, ${v.label}`, v, gapAt(1)),
      figure(`gap after ${ITERATIONS} iterations, ${v.label}`, v, gapAt(-1)),
      figure(
        `reward of the ODE after ${ITERATIONS} iterations, ${v.label}`,
        v,
        rewardOf({ eta: 0, steps: N }),
      ),
    ]),
    claims: [ddpo(BEST), mix].flatMap((v) => [
      {
        words: `|gap| after training less |gap| before it, ${v.label}, N = ${N}`,
        expected: "below 0" as const,
        variants: [v],
        value: narrowing(0),
      },
      {
        words: `|gap| after training less |gap| a third of the way (${EVERY} iterations), ${v.label}, N = ${N}`,
        expected: "below 0" as const,
        variants: [v],
        value: narrowing(1),
      },
    ]),
  },
  {
    id: "eta-for-ode",
    title: "Training at η = 1.2 is best for the ODE",
    published:
      "Training with moderate to high stochasticity, often η = 1.2, gives the better ODE samples; very large η hurts.",
    source:
      "Abstract (higher stochasticity gives better ODE samples) and table 1 (rewards by training η); that 1.2 is often best is taken from a summary of the paper, not checked against the table. The paper shows no η below 1.",
    reference: "Sheng25",
    test: trained(`DDPO at η = ${[LESS, ONE, BEST, HUGE].join(", ")}, each deployed with the ODE,`),
    figures: [
      figure(`reward of the ODE before training, N = ${N}`, ddpo(ONE), pretrained({ eta: 0, steps: N })),
      ...[LESS, ONE, BEST, HUGE].map((eta) =>
        figure(
          `reward of the ODE trained at η = ${eta}, N = ${N}`,
          ddpo(eta),
          rewardOf({ eta: 0, steps: N }),
        ),
      ),
    ],
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
    source:
      "The experiments on the number of steps (table 2), as summaries of the paper tell them; its figures were not read.",
    reference: "Sheng25",
    test: `${trained(`DDPO at η = ${BEST}`)} Deployed with fewer steps than it was trained with.`,
    figures: FEW.flatMap((steps) => [
      figure(`reward of the ODE, N = ${steps}`, ddpo(BEST), rewardOf({ eta: 0, steps })),
      figure(`reward of the SDE, N = ${steps}`, ddpo(BEST), rewardOf({ eta: BEST, steps })),
    ]),
    claims: FEW.map((steps) => ({
      words: `reward of the SDE less that of the ODE, N = ${steps}, trained by DDPO at η = ${BEST}`,
      expected: "below 0" as const,
      variants: [ddpo(BEST)],
      value: ([result]: readonly CellResult[]) =>
        (result && deploymentOf(result, BEST, steps)?.gap.value) ?? null,
    })),
  },
  {
    id: "sdpo-steps",
    title: "SDPO generalises over step counts",
    published:
      "SDPO improves rewards consistently over step counts, where trajectory-level methods such as DDPO do not generalise.",
    source:
      "Abstract, and the reward curves of its public code: on SD-Turbo, SDPO ends above DDPO at 1, 2, 4 and 8 steps.",
    reference: "Zhang24",
    test: `${trained(`SDPO and DDPO at η = ${ONE}`)} Learning rates as published: SDPO 1e-4, DDPO 3e-4. SDPO makes an update for every step and minibatch of an iteration, so many more updates than DDPO on as many samples.`,
    figures: [sdpo, ddpo(ONE)].flatMap((v) =>
      COUNTS.map((steps) =>
        figure(`what ${v.label} adds to the ODE's reward, N = ${steps}`, v, ([result]) =>
          odeReward(result, steps),
        ),
      ),
    ),
    claims: [
      {
        words: `what SDPO adds to the ODE's reward at that of N = ${COUNTS.join(", ")} where it adds least`,
        expected: "above 0",
        variants: [sdpo],
        value: leastImprovement,
      },
      {
        words: `what SDPO adds to the ODE's reward less what DDPO adds, mean over N = ${COUNTS.join(", ")}`,
        expected: "above 0",
        variants: [sdpo, ddpo(ONE)],
        value: meanAdvantage,
      },
      {
        words: "what SDPO adds to the ODE's reward less what DDPO adds, N = 1",
        expected: "above 0",
        variants: [sdpo, ddpo(ONE)],
        value: difference(1),
      },
    ],
  },
];
