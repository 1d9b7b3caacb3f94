/** A 3x3 convolution with gradients by its input and its filter, also where the backend has no kernel for the latter. */
import * as tf from "@tensorflow/tfjs";

/** x [n, side, side, inputs] by a filter [3, 3, inputs, outputs], one zero around; stride 2 halves the sides. */
export function trainedConvolution(x: tf.Tensor4D, filter: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const convolution = tf.customGrad((...args: unknown[]) => {
    const [map, weights, save] = args as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([map, weights]);
    return {
      value: tf.conv2d(map, weights, stride, 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [before, by] = saved as [tf.Tensor4D, tf.Tensor4D];
        const slope = dy as tf.Tensor4D;
        return [inputGradient(slope, by, before.shape, stride), filterGradient(before, slope, stride)];
      },
    };
  });
  return convolution(x, filter) as tf.Tensor4D;
}

/** A convolution again at stride 1, by the filter after half a turn: faster than the scattering that the library does. */
function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  shape: [number, number, number, number],
  stride: 1 | 2,
): tf.Tensor4D {
  if (stride === 2) return tf.conv2dTranspose(dy, filter, shape, 2, 1);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
  return tf.conv2d(dy, turned, 1, 1);
}

/**
 * For each of the nine places of the filter, the product of the input there with the output's gradient, summed over images and
 * positions.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const [images, side, , inputs] = x.shape;
  const [, half, , outputs] = dy.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const rows = tf.reshape(dy, [-1, outputs]) as tf.Tensor2D;
  const places = Array.from({ length: 9 }, (_, place) => {
    const begin = [0, Math.floor(place / 3), place % 3, 0];
    const seen =
      stride === 1
        ? tf.slice(padded, begin, [images, side, side, inputs])
        : tf.stridedSlice(
            padded,
            begin,
            [images, (begin[1] ?? 0) + 2 * half - 1, (begin[2] ?? 0) + 2 * half - 1, inputs],
            [1, 2, 2, 1],
          );
    const columns = tf.transpose(tf.reshape(seen, [-1, inputs]) as tf.Tensor2D);
    return tf.matMul(columns, rows);
  });
  return tf.reshape(tf.concat(places, 0), [3, 3, inputs, outputs]);
}
