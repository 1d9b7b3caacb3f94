/** Random weights to start a training from, of the same law as src/train/network.py makes them. */
import { createRandom, type Random } from "../../math/philox.ts";
import { type Architecture, parameterShapes, sizeOf } from "../architecture.ts";
import type { StoredTensor } from "../safetensors.ts";
import { type NetworkWeights, networkWeights } from "../weights.ts";

const STREAM = 21;

/** Layers that begin at zero, so that every block begins as the identity. */
const ZERO = /^(?:position$|jump\.|layout_mix\.|.*\.conv2\.|attend_\w+\.out\.)/;
const NORM = /(?:^|\.)norm[12]?\./;

/**
 * Weights by PyTorch's defaults: matrices, convolutions and their biases uniform within 1 / sqrt(inputs), embeddings standard
 * normal, norms the identity.
 */
export function initialWeights(architecture: Architecture, seed: number): NetworkWeights {
  const random = createRandom(seed, STREAM);
  const inputsOf = new Map(
    parameterShapes(architecture).map(({ name, shape }) => [name, sizeOf(shape.slice(1))]),
  );
  const tensors = parameterShapes(architecture).map(({ name, shape }): readonly [string, StoredTensor] => {
    const inputs = inputsOf.get(name.replace(/bias$/, "weight")) ?? NaN;
    const data = Float32Array.from({ length: sizeOf(shape) }, numbers(name, inputs, random));
    return [name, { type: "F32", shape, data }];
  });
  return networkWeights(architecture, { tensors: new Map(tensors), metadata: {} }, "initial weights");
}

function numbers(name: string, inputs: number, random: Random): () => number {
  if (ZERO.test(name)) return () => 0;
  if (NORM.test(name)) return () => (name.endsWith("weight") ? 1 : 0);
  if (name.startsWith("tokens.")) return random.normal;
  return () => (2 * random.uniform() - 1) / Math.sqrt(inputs);
}
