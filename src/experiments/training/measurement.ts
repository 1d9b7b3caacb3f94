/** Measurements of a policy in numbers with standard errors; what the reference shows on the same noise is subtracted pairwise. */
import type { PolicyArmResult } from "../../engine/training-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../measure/scalar-sums.ts";
import { measurementArms } from "./plan.ts";
import type { ResolvedTraining } from "./resolve.ts";

/** One sampler's numbers. */
export interface ArmNumbers {
  readonly reward: Estimate;
  readonly each: readonly Estimate[];
  readonly heldOut: Estimate | null;
  /** nats; null for the ODE. */
  readonly kl: Estimate | null;
  /** Mean distance of sample pairs, data units. */
  readonly diversity: Estimate;
}

/** A gap, reward(training sampler) - reward(ODE) at the same N. */
export interface GapNumbers {
  readonly gap: Estimate;
  /** The reference model's, on the same noise. */
  readonly reference: Estimate;
  /** gap - reference, paired sample by sample. */
  readonly excess: Estimate;
}

/** A policy at one moment of its training. */
export interface PolicyMeasurement {
  readonly iteration: number;
  readonly updates: number;
  readonly networkCalls: number;
  readonly ode: ArmNumbers;
  /** null where the training sampler is the ODE. */
  readonly sde: ArmNumbers | null;
  /** null for images: 4 N steps of the glyph model take too long. */
  readonly odeFine: ArmNumbers | null;
  readonly sdeFine: ArmNumbers | null;
  readonly gap: GapNumbers | null;
  readonly gapFine: GapNumbers | null;
  /** reward(ODE) of the policy - that of the reference, paired. */
  readonly improvement: Estimate;
}

/** Where in its training a policy was measured. */
export interface Moment {
  readonly iteration: number;
  readonly updates: number;
  readonly networkCalls: number;
}

/** Numbers of an arm's sums. */
export function armNumbers({ reward, each, heldOut, kl, diversity }: PolicyArmResult): ArmNumbers {
  return {
    reward: meanEstimate(reward),
    each: each.map(meanEstimate),
    heldOut: heldOut && meanEstimate(heldOut),
    kl: kl && meanEstimate(kl),
    diversity: meanEstimate(diversity),
  };
}

/**
 * The measurement of a policy from the results of `measurePolicy`, its own and the reference's, which were run with one seed.
 * Differences between the two pair the samples that both kept (the first 2,048 at most); their n says how many.
 */
export function readMeasurement(
  resolved: ResolvedTraining,
  moment: Moment,
  results: readonly PolicyArmResult[],
  reference: readonly PolicyArmResult[],
): PolicyMeasurement {
  const places = measurementArms(resolved.spec);
  const own = armAt(results);
  const ref = armAt(reference);
  const gapOf = (ode: number | null, sde: number | null): GapNumbers | null => {
    if (ode === null || sde === null) return null;
    const difference = (arm: (place: number) => PolicyArmResult) =>
      pairedValues(arm(sde).values, arm(ode).values);
    return {
      gap: differenceOf(own(sde)),
      reference: differenceOf(ref(sde)),
      excess: pairedMean(difference(own), difference(ref)),
    };
  };
  return {
    ...moment,
    ode: armNumbers(own(places.ode)),
    sde: places.sde === null ? null : armNumbers(own(places.sde)),
    odeFine: places.odeFine === null ? null : armNumbers(own(places.odeFine)),
    sdeFine: places.sdeFine === null ? null : armNumbers(own(places.sdeFine)),
    gap: gapOf(places.ode, places.sde),
    gapFine: gapOf(places.odeFine, places.sdeFine),
    improvement: pairedMean(own(places.ode).values, ref(places.ode).values),
  };
}

function armAt(results: readonly PolicyArmResult[]) {
  return (place: number): PolicyArmResult => {
    const found = results[place];
    if (found === undefined)
      throw new RangeError(`measurement: must have arm ${place}, got ${results.length} arms; measure again`);
    return found;
  };
}

/** The paired difference that the engine summed over all samples. */
export function differenceOf({ difference }: PolicyArmResult): Estimate {
  return difference === null ? { value: 0, se: 0, n: 0 } : meanEstimate(difference);
}

function pairedValues(a: Float64Array, b: Float64Array): Float64Array {
  return a.slice(0, Math.min(a.length, b.length)).map((value, i) => value - (b[i] ?? NaN));
}

/** Mean of a_i - b_i with its standard error; pairs that are not finite are left out. */
export function pairedMean(a: Float64Array, b: Float64Array): Estimate {
  const values = pairedValues(a, b);
  let sums = emptyScalarSums(values.find(Number.isFinite) ?? 0);
  for (const value of values) sums = addScalar(sums, value);
  return meanEstimate(sums);
}
