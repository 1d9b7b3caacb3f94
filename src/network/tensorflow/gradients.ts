/**
 * Products, convolutions and means whose backward pass is written out. The library's own multiplies transposed matrices and
 * scatters convolutions, for which its WebAssembly backend has only slow paths (some five times the forward pass); and it has
 * no gradient of filters there, which frozen layers do not need. Forward results are the same with and without a gradient.
 */
import * as tf from "@tensorflow/tfjs";

/** x [n, inputs] times a matrix [inputs, outputs] that is never differentiated. */
export function frozenProduct(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((rows) => ({
    value: tf.matMul(rows as tf.Tensor2D, weight),
    gradFunc: (dy: tf.Tensor) => tf.matMul(dy as tf.Tensor2D, tf.transpose(weight)),
  }))(x) as tf.Tensor2D;
}

/** x [n, inputs] times a matrix [inputs, outputs], differentiable by both. */
export function trainedProduct(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  const product = tf.customGrad((...args: unknown[]) => {
    const [rows, matrix, save] = args as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([rows, matrix]);
    return {
      value: tf.matMul(rows, matrix),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [before, by] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [
          tf.matMul(dy as tf.Tensor2D, tf.transpose(by)),
          tf.matMul(tf.transpose(before), dy as tf.Tensor2D),
        ];
      },
    };
  });
  return product(x, weight) as tf.Tensor2D;
}

/** A convolution's numbers, never differentiated: filter [3, 3, inputs, outputs], bias [outputs]. */
export interface FrozenFilter {
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
  /** The filter that takes gradients back, see `turnedFilter`; asked for in a backward pass only. */
  readonly turned: () => tf.Tensor4D;
}

/** 3x3 convolution with one zero around. */
export function frozenConvolution(
  x: tf.Tensor4D,
  { filter, bias, turned }: FrozenFilter,
  stride: 1 | 2,
): tf.Tensor4D {
  return tf.customGrad((map) => ({
    value: tf.fused.conv2d({ x: map as tf.Tensor4D, filter, strides: stride, pad: 1, bias }),
    gradFunc: (dy: tf.Tensor) => {
      const spread = stride === 1 ? (dy as tf.Tensor4D) : interleaveZeros(dy as tf.Tensor4D);
      return tf.conv2d(spread, turned(), 1, 1);
    },
  }))(x) as tf.Tensor4D;
}

/** [9 inputs, outputs] of a 3x3 filter as [3, 3, outputs, inputs], turned by half a turn. */
export function turnedFilter(filter: Float32Array, inputs: number, outputs: number): Float32Array {
  const turned = new Float32Array(filter.length);
  for (let place = 0; place < 9; place++)
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++)
        turned[((8 - place) * outputs + o) * inputs + i] = filter[(place * inputs + i) * outputs + o] ?? NaN;
  return turned;
}

/** Means over the positions of each channel, [images, channels], of a map [images, side, side, channels]. */
export function positionMeans(x: tf.Tensor4D): tf.Tensor2D {
  const [images, side, , channels] = x.shape;
  return tf.customGrad((map) => ({
    value: tf.reshape(tf.avgPool(map as tf.Tensor4D, side, side, "valid"), [images, channels]),
    gradFunc: (dy: tf.Tensor) =>
      tf.mul(tf.fill([1, side, side, 1], 1 / (side * side)), tf.reshape(dy, [images, 1, 1, channels])),
  }))(x) as tf.Tensor2D;
}

/** [n, h, w, c] with a zero after each entry of both sides, [n, 2h, 2w, c]; WebGPU pads matrices well, and not more than 4 axes. */
function interleaveZeros(x: tf.Tensor4D): tf.Tensor4D {
  const [images, height, width, channels] = x.shape;
  const doubled = (rows: tf.Tensor, size: number): tf.Tensor2D =>
    tf.pad2d(tf.reshape(rows, [-1, size]) as tf.Tensor2D, [
      [0, 0],
      [0, size],
    ]);
  const wide = doubled(x, channels);
  return tf.reshape(doubled(wide, 2 * width * channels), [images, 2 * height, 2 * width, channels]);
}
