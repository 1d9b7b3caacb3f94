/** Asks a backend for what another one knows of a small glyph network, before anybody relies on it. */
import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../math/philox.ts";
import { type Architecture, imageSize } from "../../network/architecture.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import { initialWeights } from "../../network/training/initial-weights.ts";
import type { NetworkWeights } from "../../network/weights.ts";
import { adaptedLayers, adapterSize } from "../adapter.ts";
import { differenceOf, type NamedAnswers } from "../answers-check.ts";
import type { PolicyNetwork } from "../policy-network.ts";
import { type GlyphPlace, ON_THIS_THREAD } from "./glyph-place.ts";
import { createGlyphPolicy } from "./glyph-policy.ts";

/** Every layer of the network that ships, some 40,000 parameters. */
const SMALL: Architecture = {
  image: 16,
  patch: 2,
  channels: [8, 16, 24],
  embedding: 8,
  frequencies: 2,
  heads: 2,
  groups: 4,
  layoutChannels: 4,
  slots: [3, 2],
};
const PROMPTS = [
  [0, 1],
  [2, 2],
] as const;
const LAYERS = adaptedLayers(SMALL, { rank: 4, layers: "all" });
const ROWS = 2;
const STREAM = 24;

/**
 * Difference relative to the norm that is let pass. WGSL's exp, division and inverse root may be off by some 5 units of 2^-24,
 * and sums of up to 430 terms by as much as their order makes, about sqrt(430): 20 units in each of some 40 layers, whose norms
 * magnify errors by at most about 10, added up as independent: 10 sqrt(40) 20 2^-24 = 8e-5, with room. A wrong kernel is off by more than 1e-2.
 */
const SAME = 1e-3;

export interface GlyphCheck {
  readonly place: GlyphPlace;
  /** Name of the backend in this thread that is believed. */
  readonly against: string;
  /** What is checked in the policy's stead; the policy itself if left out. */
  readonly wrap?: (policy: PolicyNetwork) => PolicyNetwork;
}

/** What is wrong with the glyph network on the active backend, in a few words; null if nothing. That backend stays active. */
export async function glyphFault({
  place,
  against,
  wrap = (policy) => policy,
}: GlyphCheck): Promise<string | null> {
  const active = tf.getBackend();
  try {
    const got = await answers(place, wrap);
    await tf.setBackend(against);
    const expected = await answers(ON_THIS_THREAD, (policy) => policy);
    return differenceOf(got, expected, SAME);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await tf.setBackend(active);
  }
}

/** Prediction, gradient of the parts and slope along the images, on given numbers. */
async function answers(
  place: GlyphPlace,
  wrap: (policy: PolicyNetwork) => PolicyNetwork,
): Promise<NamedAnswers> {
  const network = new TensorNetwork(checkWeights());
  const parameters = normals(adapterSize(LAYERS), 2).map((value) => 0.3 * value);
  const policy = wrap(createGlyphPolicy({ network, prompts: PROMPTS, layers: LAYERS, parameters, place }));
  const x = normals(ROWS * imageSize(SMALL), 3);
  const t = Float64Array.of(0.8, 0.3);
  const asked = { prompt: Int32Array.of(0, 1), jump: Float64Array.of(0.5, 0) };
  try {
    const prediction = await policy.predict(x, t, asked);
    await policy.accumulate(x, t, (x0Hat) => x0Hat.map(Math.sin), asked);
    const gradient = await policy.takeGradient();
    const slope = await policy.pullToInput(x, t, x.map(Math.cos), asked);
    return new Map(Object.entries({ prediction, gradient, slope }));
  } finally {
    policy.dispose();
    network.dispose();
  }
}

/** Random weights; layers that begin at zero are moved too, else nothing told what they do. */
function checkWeights(): NetworkWeights {
  const weights = initialWeights(SMALL, 1);
  const parameters = [...weights.parameters].map(([name, { shape, data }], i) => {
    const moved = normals(data.length, 10 + i);
    return [name, { shape, data: data.map((value, j) => value + 0.1 * (moved[j] ?? 0)) }] as const;
  });
  return { ...weights, parameters: new Map(parameters) };
}

function normals(count: number, seed: number): Float64Array {
  const { normal } = createRandom(seed, STREAM);
  return Float64Array.from({ length: count }, normal);
}
