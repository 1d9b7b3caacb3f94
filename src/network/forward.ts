/**
 * The forward pass, written once over the operations that a backend provides. Maps have their channels last,
 * [images, side, side, channels]; vectors are [images, channels].
 */
import type { Architecture } from "./architecture.ts";

/** What a product or convolution may do to its result, in this order: add another value, then SiLU. */
export interface Finish<T> {
  readonly plus?: T;
  readonly silu?: boolean;
}

/** Operations of a backend; T is a vector or map of one batch. */
export interface NetworkOperations<T> {
  /** Folds squares of patch x patch pixels into channels, as PyTorch's pixel_unshuffle. */
  fold(images: T): T;
  /** The inverse of `fold`. */
  unfold(map: T): T;
  /** A parameter as a value that is the same for all images. */
  shared(name: string): T;
  /** Matrix product with the layer's weights over the last axis, plus its bias. */
  product(layer: string, x: T, finish?: Finish<T>): T;
  /** 3x3 convolution, one zero around; stride 2 halves the sides. */
  convolution(layer: string, x: T, stride: 1 | 2, finish?: Finish<T>): T;
  /** GroupNorm with epsilon 1e-5; then h (1 + scale) + shift for film = [scale, shift]; then SiLU. */
  norm(layer: string, x: T, options: { readonly film?: T; readonly silu: boolean }): T;
  /** Mixture of values by softmax(q k / sqrt(d)) per head, from [q, k, v] along the channels. */
  attention(qkv: T): T;
  /** Channels of a, then of b. A map of half the sides is first doubled by repeating its entries. */
  join(a: T, b: T): T;
  /** A vector [images, side side channels] seen as a map. */
  asMap(vector: T, side: number, channels: number): T;
}

/** What the network reads. */
export interface NetworkInputs<T> {
  /** x_t, [images, 3, image, image] row by row. */
  readonly images: T;
  /** Waves of t and of the jump's target s, [images, 2 frequencies]: see timeWaves. */
  readonly timeWaves: T;
  readonly jumpWaves: T;
  /** Sum of the embeddings of the prompt's tokens, [images, embedding]. */
  readonly asked: T;
}

/** x0Hat in the form of `images`. */
export function forward<T>(
  { layoutChannels, image, patch }: Architecture,
  ops: NetworkOperations<T>,
  inputs: NetworkInputs<T>,
): T {
  const embedding = embed(ops, inputs);
  const drawn = ops.asMap(ops.product("layout", embedding), image / patch / 2, layoutChannels);
  const layout = ops.product("layout_mix", drawn);
  const same = (name: string, x: T): T => residual(ops, name, x, x, embedding);
  // A block whose channels change: its skip is a product. What is added to its result is added there.
  const change = (name: string, x: T, plus?: T): T =>
    residual(ops, name, x, ops.product(`${name}.skip`, x, plus === undefined ? {} : { plus }), embedding);

  const h = ops.convolution("input", ops.fold(inputs.images), 1, { plus: ops.shared("position") });
  const skip1 = same("down1", h);
  const skip2 = attend(ops, "attend_down", change("down2", ops.convolution("shrink1", skip1, 2), layout));
  const skip3 = change("down3", ops.convolution("shrink2", skip2, 2));
  const deep = same("middle2", attend(ops, "attend_middle", same("middle1", skip3)));
  const up3 = change("up3", ops.join(deep, skip3));
  const up2 = attend(ops, "attend_up", change("up2", ops.join(up3, skip2), layout));
  const up1 = change("up1", ops.join(up2, skip1));
  return ops.unfold(ops.convolution("output", ops.norm("norm", up1, { silu: true }), 1));
}

/** The vector that scales and shifts every block: silu(time + jump + prompt). */
function embed<T>(ops: NetworkOperations<T>, { timeWaves, jumpWaves, asked }: NetworkInputs<T>): T {
  const jump = ops.product("jump", jumpWaves);
  const time = ops.product("time2", ops.product("time1", timeWaves, { silu: true }), { plus: jump });
  const prompt = ops.product("prompt1", asked, { silu: true });
  return ops.product("prompt2", prompt, { plus: time, silu: true });
}

/** GroupNorm, SiLU, 3x3 convolution, twice; the embedding scales and shifts the second norm (FiLM). */
function residual<T>(ops: NetworkOperations<T>, name: string, x: T, skip: T, embedding: T): T {
  const first = ops.convolution(`${name}.conv1`, ops.norm(`${name}.norm1`, x, { silu: true }), 1);
  const film = ops.product(`${name}.film`, embedding);
  const second = ops.norm(`${name}.norm2`, first, { film, silu: true });
  return ops.convolution(`${name}.conv2`, second, 1, { plus: skip });
}

function attend<T>(ops: NetworkOperations<T>, name: string, x: T): T {
  const qkv = ops.product(`${name}.qkv`, ops.norm(`${name}.norm`, x, { silu: false }));
  return ops.product(`${name}.out`, ops.attention(qkv), { plus: x });
}

/**
 * sin and cos of t times the frequencies, [times, 2 frequencies]. The frequencies are rounded to f32 as PyTorch's are: a
 * last place of the largest one moves its wave by 6e-5 at t = 1. Their products with t are not rounded.
 */
export function timeWaves({ frequencies }: Architecture, times: ArrayLike<number>): Float32Array {
  const table = waveFrequencies(frequencies);
  const waves = new Float32Array(2 * frequencies * times.length);
  for (let i = 0; i < times.length; i++)
    table.forEach((frequency, j) => {
      const angle = (times[i] ?? NaN) * frequency;
      waves[2 * frequencies * i + j] = Math.sin(angle);
      waves[2 * frequencies * i + frequencies + j] = Math.cos(angle);
    });
  return waves;
}

/** exp(linspace(0, log 1000, count)), rounded to f32. */
export function waveFrequencies(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.exp((Math.log(1000) * i) / (count - 1)));
}
