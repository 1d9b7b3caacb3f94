/** Findings on trained models, judged on finished trainings of several seeds. */
import { meanOverSeeds } from "../../measure/seeds.ts";
import { judgedClaim, judgedFinding, type FindingResult } from "../findings.ts";
import { trainingCell, type TrainingCell } from "./cells.ts";
import {
  FINDING_DEPLOYMENTS,
  FINDING_PLANS,
  FINDINGS_SPEC,
  type FigurePlan,
  type FindingPlan,
} from "./finding-plans.ts";
import { cellsOf, finishedOf, type FinishedCells, type Variant } from "./study.ts";
import type { TrainingSpec } from "../../spec/training/types.ts";

/** A finding with the keys of the cells that it rests on. */
export interface TrainedFinding extends FindingResult {
  readonly cells: readonly string[];
}

const make = (label: string, run: TrainingSpec): TrainingCell =>
  trainingCell(label, run, FINDING_DEPLOYMENTS, true);

/** The different trainings of claims. */
function variantsOf(plans: readonly FindingPlan[]): Variant[] {
  const all = plans.flatMap(({ claims }) => claims.flatMap(({ variants }) => variants));
  return [...new Map(all.map((v) => [v.label, v])).values()];
}

/** Every training that the findings rest on, seed by seed. */
export function findingCells(): TrainingCell[] {
  return cellsOf(FINDINGS_SPEC, variantsOf(FINDING_PLANS), make);
}

/** Judges every finding on the finished cells; claims without enough seeds are inconclusive. */
export function judgeFindings(finished: FinishedCells): TrainedFinding[] {
  return FINDING_PLANS.map((plan) => {
    const { claims, figures, ...told } = plan;
    const keys = cellsOf(FINDINGS_SPEC, variantsOf([plan]), make).map(({ key }) => key);
    return {
      ...judgedFinding(
        told,
        claims.map((claim) => judgedClaim(claim, valuesOf(claim, finished))),
        figures.map(({ words, ...how }) => ({ words, measured: meanOverSeeds(valuesOf(how, finished)) })),
      ),
      cells: keys.filter((key) => finished.has(key)),
    };
  });
}

/** One value for every seed of which all variants are finished. */
function valuesOf({ variants, value }: Omit<FigurePlan, "words">, finished: FinishedCells): number[] {
  const bySeed = variants.map(
    (v) => new Map(finishedOf(FINDINGS_SPEC, v, finished, make).map((r) => [r.spec.training.seed, r])),
  );
  const seeds = [...(bySeed[0]?.keys() ?? [])].filter((seed) => bySeed.every((m) => m.has(seed)));
  return seeds.flatMap((seed) => value(bySeed.flatMap((m) => m.get(seed) ?? [])) ?? []);
}
