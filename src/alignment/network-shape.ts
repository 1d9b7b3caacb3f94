/** Layout of a policy network's parameters in one flat row, and their seeded start. */
import { FIT_STREAM, createRandom } from "../math/philox.ts";
import type { NetworkShape, ParameterPart } from "./policy-network.ts";

/** Numbers by which the network sees the time, see `networkFeatures`. */
export const TIME_FEATURES = 9;

/** One layer y = x weight + bias; weight [inputs, outputs] row-major. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  /** First index of the weight in the flat row; the bias [outputs] follows it. */
  readonly weight: number;
  readonly bias: number;
}

/** The `depth` hidden layers and the output layer, in order. */
export function layerLayout({ dim, width, depth }: NetworkShape): readonly LayerLayout[] {
  const sizes = [dim + TIME_FEATURES, ...new Array<number>(depth).fill(width), dim];
  let offset = 0;
  return sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer] ?? 0;
    const weight = offset;
    const bias = weight + inputs * outputs;
    offset = bias + outputs;
    return { inputs, outputs, weight, bias };
  });
}

/** Length of the flat row. */
export function parameterCount(shape: NetworkShape): number {
  const last = layerLayout(shape).at(-1);
  return last ? last.bias + last.outputs : 0;
}

/** Named parts of the flat row: hidden.0.weight, hidden.0.bias, .. output.weight, output.bias. */
export function parameterParts(shape: NetworkShape): readonly ParameterPart[] {
  return layerLayout(shape).flatMap(({ inputs, outputs, weight, bias }, layer) => {
    const name = layer < shape.depth ? `hidden.${layer}` : "output";
    return [
      { name: `${name}.weight`, shape: [inputs, outputs], offset: weight },
      { name: `${name}.bias`, shape: [outputs], offset: bias },
    ];
  });
}

/**
 * Parameters to begin with, flat: hidden weights normal with variance 1 / inputs, biases and the output layer 0, so that an
 * untrained network denoises as if the data were N(0, I).
 */
export function initialParameters(shape: NetworkShape, seed: number): Float64Array {
  const random = createRandom(seed, FIT_STREAM);
  const parameters = new Float64Array(parameterCount(shape));
  for (const { inputs, outputs, weight } of layerLayout(shape).slice(0, -1)) {
    const std = 1 / Math.sqrt(inputs);
    for (let i = 0; i < inputs * outputs; i++) parameters[weight + i] = std * random.normal();
  }
  return parameters;
}

/** A copy of the row. Throws RangeError where its length is not that of the shape. */
export function checkedParameters(shape: NetworkShape, parameters: Float64Array): Float64Array {
  const expected = parameterCount(shape);
  if (parameters.length !== expected)
    throw new RangeError(
      `network: parameters must be ${expected} numbers for ${shape.depth} layers of ${shape.width} in ${shape.dim}-D, got ${parameters.length}; use weights of the same network`,
    );
  return parameters.slice();
}
