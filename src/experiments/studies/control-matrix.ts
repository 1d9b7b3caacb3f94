/** (e) Reading B: expected reward when a model tuned with one eta is sampled with another. */
import type { Estimate } from "../../measure/estimate.ts";
import { formatInterval } from "../../measure/number-words.ts";
import type { HeatMapData } from "../../measure/series.ts";
import { createArmList, measurementOf, type ArmPlace } from "../arms.ts";
import { agreementOf, disagreementNotes, say, sayAgreement, uniqueNotes } from "../chart-parts.ts";
import { defineExperiment } from "../experiment.ts";
import { leftOutSamples, refusalNotes } from "../chart-notes.ts";
import { attempt } from "../programs.ts";
import { momentsOf, resolve, type Problem } from "../resolve.ts";
import { continuousTheory, stepNumbers, targetNumbers } from "../theory-numbers.ts";

interface Entry {
  readonly etaTrain: number;
  readonly eta: number;
  /** Expected reward: continuous time and N steps. */
  readonly continuous: number | null;
  readonly nStep: number | null;
  readonly place: ArmPlace | null;
}

interface Plan {
  readonly steps: number;
  readonly klWeight: number;
  readonly etas: readonly number[];
  readonly etasTrain: readonly number[];
  /** [etaTrain][eta] */
  readonly entries: readonly (readonly Entry[])[];
  /** Expected reward of the target p*. */
  readonly target: number | null;
  readonly notes: readonly string[];
}

function plan(problem: Problem) {
  const { spec } = problem;
  const { steps } = spec.sampler;
  const klWeight = spec.target.kind === "reference" ? 1 : spec.target.klWeight;
  const arms = createArmList();
  const etas = [...new Set([0, ...spec.evaluation.etas])].sort((a, b) => a - b);
  const etasTrain = [...new Set(spec.evaluation.etasTrain)].sort((a, b) => a - b);
  const notes =
    spec.target.kind === "reference"
      ? ["The specification has no target; the matrix uses klWeight = 1."]
      : [];
  const entries = etasTrain.map((etaTrain) => {
    const trained = attempt(() => resolve({ ...spec, target: { kind: "controlled", klWeight, etaTrain } }));
    if (!trained.ok) notes.push(`Tuned with η = ${say(etaTrain)}: ${trained.reason}`);
    return trained.ok ? row(trained.value, etaTrain, etas, arms, steps) : emptyRow(etaTrain, etas);
  });
  const tilted = resolve({ ...spec, target: { kind: "tilted", klWeight } });
  const target = targetNumbers(tilted).expectedReward;
  const made: Plan = { steps, klWeight, etas, etasTrain, entries, target, notes };
  return { job: arms.job(problem), plan: made };
}

function row(
  trained: Problem,
  etaTrain: number,
  etas: readonly number[],
  arms: ReturnType<typeof createArmList>,
  steps: number,
): Entry[] {
  const continuous = continuousTheory(trained);
  return etas.map((eta) => {
    const run = attempt(() => stepNumbers(trained, eta, steps));
    const nStep = run.ok ? run.value : null;
    return {
      etaTrain,
      eta,
      continuous: continuous(eta)?.expectedReward ?? null,
      nStep: nStep?.expectedReward ?? null,
      place: arms.add({ problem: trained, eta, steps, near: nStep }),
    };
  });
}

function emptyRow(etaTrain: number, etas: readonly number[]): Entry[] {
  return etas.map((eta) => ({ etaTrain, eta, continuous: null, nStep: null, place: null }));
}

/** See the registry. */
export const controlMatrix = defineExperiment<Plan>({
  id: "control-matrix",
  title: "Train with one η, sample with another",
  question: "If the model is tuned with one η and sampled with another, what happens to the reward?",
  refusal: ({ spec, reference }) => {
    if (spec.reward.kind !== "quadratic" && spec.reward.kind !== "linear") {
      return `The optimal control is closed form for quadratic and linear rewards only, not for ${spec.reward.kind}; change the reward.`;
    }
    return momentsOf(reference) === null
      ? "The optimal control is closed form for a Gaussian model only; use a Gaussian model."
      : null;
  },
  plan,
  charts: (made, result) => {
    const { etas, etasTrain, entries, steps } = made;
    const measured = entries.map((row) =>
      row.map((entry): Estimate | null =>
        entry.place === null ? null : (measurementOf(result, entry.place)?.expectedReward ?? null),
      ),
    );
    const axes: Pick<HeatMapData, "chart" | "x" | "y" | "xs" | "ys"> = {
      chart: "heat-map",
      x: { label: "Sampled with", symbol: "η", scale: "linear" },
      y: { label: "Tuned with", symbol: "η", scale: "linear" },
      xs: etas,
      ys: etasTrain,
    };
    const points = entries.flatMap((row, i) =>
      row.flatMap((entry, j) => {
        const estimate = measured[i]?.[j] ?? null;
        return estimate === null || entry.nStep === null
          ? []
          : [{ x: entry.eta, estimate, expected: entry.nStep }];
      }),
    );
    const agreement = agreementOf(points);
    const placed = entries.flat().flatMap(({ eta, place }) => (place === null ? [] : [{ x: eta, place }]));
    const notes = uniqueNotes([
      ...made.notes,
      ...leftOutSamples(placed, result, "η", "reward"),
      ...refusalNotes(placed, result),
    ]);
    return [
      {
        ...axes,
        id: "control-matrix",
        title: `Expected reward by training and sampling η, N = ${steps}`,
        value: { label: "Expected reward", symbol: "J" },
        theory: {
          kind: "exact",
          formula: "control-steps",
          values: entries.map((row) => row.map((e) => e.nStep)),
        },
        measured: result === null ? null : measured,
        summary: summary(made, measured, sayAgreement(agreement)),
        notes: [...notes, ...disagreementNotes(agreement, "η")],
      },
      {
        ...axes,
        id: "control-matrix-continuous",
        title: "Expected reward minus that of the target, continuous time",
        value: { label: "Reward above the target's", symbol: "J − J*" },
        theory: {
          kind: "exact",
          formula: "control-continuous",
          values: entries.map((row) =>
            row.map((e) =>
              e.continuous === null || made.target === null ? null : e.continuous - made.target,
            ),
          ),
        },
        measured: null,
        summary: continuousSummary(made),
        notes,
      },
    ];
  },
});

function rowNearestTo(made: Plan, etaTrain: number): number {
  const distances = made.etasTrain.map((e) => Math.abs(e - etaTrain));
  return distances.indexOf(Math.min(...distances));
}

function summary(made: Plan, measured: readonly (readonly (Estimate | null)[])[], agreement: string): string {
  const i = rowNearestTo(made, 1.2);
  const last = made.etas.length - 1;
  const text = (j: number) => {
    const estimate = measured[i]?.[j] ?? null;
    const exact = made.entries[i]?.[j]?.nStep ?? null;
    return estimate === null ? (exact === null ? "unknown" : say(exact)) : formatInterval(estimate);
  };
  const tail = agreement === "" ? "" : `; ${agreement}`;
  return `A model tuned with η = ${say(made.etasTrain[i] ?? 0)} reaches ${text(0)} when sampled deterministically and ${text(last)} at η = ${say(made.etas[last] ?? 0)}${tail}.`;
}

function continuousSummary(made: Plan): string {
  const parts = made.entries.flatMap((row) => {
    const entry = row[0];
    if (entry === undefined || entry.continuous === null || made.target === null) return [];
    return [`${say(entry.continuous - made.target)} tuned with η = ${say(entry.etaTrain)}`];
  });
  return `In continuous time the deterministic sampler misses the target's expected reward by ${parts.join(", ")}.`;
}
