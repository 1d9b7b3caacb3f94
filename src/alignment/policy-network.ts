/**
 * What alignment needs of a network: predictions, gradients of functions of them, parameters as one flat row. Networks on
 * points: `cpu` (f64, written out, the reference) and `tensorflow` (f32, TensorFlow.js on any of its backends); on images:
 * the glyph network with trainable low-rank parts.
 */

export interface NetworkShape {
  readonly dim: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Hidden layers. */
  readonly depth: number;
  readonly prediction: "eps" | "x0" | "v";
}

/** A named part of the flat parameters, for files. */
export interface ParameterPart {
  readonly name: string;
  readonly shape: readonly number[];
  /** First index in the flat row. */
  readonly offset: number;
}

/** What rows ask beyond their state and time. Networks on points have no use for it. */
export interface RowContext {
  /** [n] number of each row's prompt among those that the network was made with. */
  readonly prompt: Int32Array;
  /** [n] time that a distilled network is asked to jump to, 0..t. */
  readonly jump: Float64Array;
}

export interface PolicyNetwork {
  readonly shape: Pick<NetworkShape, "dim" | "prediction">;
  readonly parts: readonly ParameterPart[];
  /** Rows of a call of `accumulate` that it takes best, an even number; where it does not say, as many as their size allows. */
  readonly rowsAtOnce?: number;
  /** x0Hat [n, d] at states x [n, d] and times t [n], in data units. */
  predict(x: Float64Array, t: Float64Array, asked?: RowContext): Promise<Float64Array>;
  /**
   * One forward and one backward pass: calls `pull` with x0Hat [n, d] and adds sum_i pull(x0Hat)_i d x0Hat_i / d parameters
   * to the accumulated gradient. `pull` returns dLoss / dx0Hat [n, d].
   */
  accumulate(
    x: Float64Array,
    t: Float64Array,
    pull: (x0Hat: Float64Array) => Float64Array,
    asked?: RowContext,
  ): Promise<void>;
  /** d sum(weights x0Hat) / dx [n, d], for gradients through the sampler. */
  pullToInput(
    x: Float64Array,
    t: Float64Array,
    weights: Float64Array,
    asked?: RowContext,
  ): Promise<Float64Array>;
  /** Takes the accumulated gradient, flat, and sets it to 0. */
  takeGradient(): Promise<Float64Array>;
  /** A copy of the parameters, flat. */
  read(): Promise<Float64Array>;
  /** Throws RangeError where the length differs. */
  write(parameters: Float64Array): void;
  dispose(): void;
}

/** Makes networks of a shape over a process, whose alpha and sigma turn outputs into x0Hat. */
export type NetworkFactory = (shape: NetworkShape, parameters: Float64Array) => PolicyNetwork;
