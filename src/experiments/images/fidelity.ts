/**
 * The study of fidelity: how close do samples come to real glyphs, and do they show what was asked? Prompts are those of real
 * glyphs of families that no network was trained on, the same for every sampler; judges are the evaluation classifiers.
 */
import { FIDELITY_FEATURES, type ImageEngine, NOT_ASKED } from "../../engine/image-engine.ts";
import type { Estimate } from "../../measure/estimate.ts";
import {
  frechetDifference,
  frechetEstimate,
  type FrechetParts,
  frechetParts,
  type FrechetReference,
  frechetReference,
} from "../../measure/frechet.ts";
import { shareEstimate } from "../../measure/share.ts";
import { SLOT_NAMES, type SlotName } from "../../prompt/slots.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { type SweepControl, sweepPlaces } from "./cells.ts";
import { imageCoefficients, jobBase } from "./plan.ts";

/** What the judges say of some images. */
export interface Fidelity {
  /** Frechet distance to training glyphs. NaN and Infinity until there are enough images. */
  readonly distance: Estimate;
  /** Share read as asked per attribute over the images whose prompt says it: middle and width of Wilson's interval, in 0..1. */
  readonly read: Readonly<Record<SlotName, Estimate>>;
}

export interface FidelityCell extends Fidelity {
  readonly eta: number;
  readonly steps: number;
  /** Distance(eta) - distance(0) at the same N, paired by prompt and noise. */
  readonly gap: Estimate;
}

export interface FidelityData {
  readonly cells: readonly FidelityCell[];
  /** As many real glyphs of held-out families, with the very prompts. */
  readonly real: Fidelity;
}

export interface FidelityControl extends Pick<SweepControl, "signal" | "onProgress"> {
  /** Done share 0..1 and what was last worked out; no cells before the first time. */
  readonly onBatch?: (done: number, data: FidelityData) => void;
}

/** Images computed together. */
const BATCH = 16;
/** Distances are worked out when so many images are there, twice as many, and so on: they are no cheap sums. */
const FIRST_DISTANCES = 32;

/** One sampler's answers so far. */
interface Place {
  readonly eta: number;
  readonly steps: number;
  readonly features: Float32Array;
  readonly readings: Uint8Array;
}

/** Measures every sampler of the sweep. Rejects with AbortError when cancelled. */
export async function measureFidelity(
  engine: ImageEngine,
  spec: ImageSpec,
  { signal, onProgress, onBatch }: FidelityControl = {},
): Promise<FidelityData> {
  const control = signal ? { signal } : {};
  const real = await engine.realFeatures(control);
  const slots = SLOT_NAMES.length;
  const images = Math.min(spec.evaluation.images, real.prompts.length / slots);
  const reference = frechetReference(real.train, FIDELITY_FEATURES);
  const base = jobBase(spec);
  const places = sweepPlaces(spec).map((place): Place => ({
    ...place,
    features: new Float32Array(images * FIDELITY_FEATURES),
    readings: new Uint8Array(images * slots),
  }));
  const arms = places.map(({ eta, steps }) => ({
    coefficients: imageCoefficients(spec, eta, steps),
    frames: [],
  }));
  const soFar = (count: number): Promise<FidelityData> =>
    fidelityOf(places, real, { reference, count, signal });
  let data: FidelityData = { cells: [], real: UNKNOWN };
  let next = FIRST_DISTANCES;
  for (let first = 0; first < images; first += BATCH) {
    const count = Math.min(BATCH, images - first);
    const prompt = [...real.prompts.subarray(first * slots, (first + count) * slots)];
    const done = await engine.run(
      { ...base, prompt, first, count, arms, rewards: [], evaluate: true },
      { ...control, onProgress: (share) => onProgress?.((first + share * count) / images) },
    );
    done.forEach(({ evaluation }, i) => {
      if (!evaluation) throw new Error("measureFidelity: internal: the engine must evaluate");
      places[i]?.features.set(evaluation.features, first * FIDELITY_FEATURES);
      places[i]?.readings.set(evaluation.readings, first * slots);
    });
    if (first + count >= Math.min(next, images)) {
      next *= 2;
      data = await soFar(first + count);
    }
    onBatch?.((first + count) / images, data);
  }
  return data;
}

const NOTHING: Estimate = { value: NaN, se: Infinity, n: 0 };
const UNKNOWN: Fidelity = {
  distance: NOTHING,
  read: {
    character: NOTHING,
    weight: NOTHING,
    slant: NOTHING,
    typeface: NOTHING,
    ink: NOTHING,
    background: NOTHING,
  },
};

interface Judging {
  readonly reference: FrechetReference;
  /** Images so far. */
  readonly count: number;
  readonly signal: AbortSignal | undefined;
}

async function fidelityOf(
  places: readonly Place[],
  real: { readonly heldOut: Float32Array; readonly readings: Uint8Array },
  judging: Judging,
): Promise<FidelityData> {
  const parts: FrechetParts[] = [];
  for (const { features } of places) parts.push(await partsOf(features, judging));
  const cells = places.map(({ eta, steps, readings }, i): FidelityCell => {
    const own = parts[i] as FrechetParts;
    const ode = parts[places.findIndex((other) => other.eta === 0 && other.steps === steps)] ?? own;
    return {
      eta,
      steps,
      distance: frechetEstimate(own),
      gap: frechetDifference(own, ode),
      read: sharesOf(readings, judging.count),
    };
  });
  const heldOut = await partsOf(real.heldOut, judging);
  return {
    cells,
    real: { distance: frechetEstimate(heldOut), read: sharesOf(real.readings, judging.count) },
  };
}

function partsOf(features: Float32Array, { reference, count, signal }: Judging): Promise<FrechetParts> {
  return frechetParts(features.subarray(0, count * reference.dim), reference, async () => {
    // Gives the page a turn.
    await new Promise((done) => setTimeout(done, 0));
    signal?.throwIfAborted();
  });
}

function sharesOf(readings: Uint8Array, count: number): Fidelity["read"] {
  const share = (slot: number): Estimate => {
    let [yes, asked] = [0, 0];
    for (let image = 0; image < count; image++) {
      const reading = readings[image * SLOT_NAMES.length + slot] ?? NOT_ASKED;
      if (reading === NOT_ASKED) continue;
      yes += reading;
      asked++;
    }
    return shareEstimate(yes, asked);
  };
  const [character, weight, slant, typeface, ink, background] = [0, 1, 2, 3, 4, 5].map(share) as [
    Estimate,
    Estimate,
    Estimate,
    Estimate,
    Estimate,
    Estimate,
  ];
  return { character, weight, slant, typeface, ink, background };
}
