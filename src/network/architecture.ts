/**
 * The glyph network as plain data: its sizes and the shape of every parameter, by the names that src/train/network.py gives
 * them. Every backend and every weight file is checked against this table.
 */

/** Sizes of a network. All channel counts are multiples of 4 and of `groups`; middle and high are multiples of 4 heads. */
export interface Architecture {
  /** Pixels per side of an image; a multiple of 8 patches. */
  readonly image: number;
  /** Side of the square of pixels that becomes one position. */
  readonly patch: number;
  /** Channels at image/2, image/4 and image/8 positions per side; no two neighbours the same. */
  readonly channels: readonly [low: number, middle: number, high: number];
  readonly embedding: number;
  /** Frequencies of the time waves, from 1 to 1000 in equal ratios. */
  readonly frequencies: number;
  readonly heads: number;
  readonly groups: number;
  /** Channels of the map that the prompt draws at image/4 positions per side. */
  readonly layoutChannels: number;
  /** Values of each prompt slot; one more token per slot means "not said". */
  readonly slots: readonly number[];
}

/** The network that ships: 3 M parameters, slots as in src/prompt/vocabulary.json. */
export const GLYPH: Architecture = {
  image: 32,
  patch: 2,
  channels: [64, 96, 128],
  embedding: 160,
  frequencies: 32,
  heads: 4,
  groups: 8,
  layoutChannels: 32,
  slots: [62, 4, 2, 5, 10, 10],
};

/** An eighth of GLYPH's parameters: 0.39 M, for trainings on slow devices. */
export const SMALL_GLYPH: Architecture = {
  ...GLYPH,
  channels: [16, 32, 48],
  embedding: 64,
  layoutChannels: 8,
};

/** Which of the two a file's shapes are meant for; GLYPH where that cannot be told, so that its check names the tensor. */
export function glyphArchitecture(shapes: Readonly<Record<string, readonly number[]>>): Architecture {
  return shapes["input.bias"]?.[0] === SMALL_GLYPH.channels[0] ? SMALL_GLYPH : GLYPH;
}

/** Colour channels of an image. */
export const COLOURS = 3;

/** Name and shape of a parameter, in PyTorch's order of axes: [out, in, height, width], [out, in], [tokens, embedding]. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Numbers per image: 3 image^2. */
export function imageSize({ image }: Architecture): number {
  return COLOURS * image * image;
}

/** Channels of the folded image: 3 patch^2. */
export function foldedChannels({ patch }: Architecture): number {
  return COLOURS * patch * patch;
}

/** Positions per side at the three levels. */
export function levelSides({ image, patch }: Architecture): readonly [number, number, number] {
  const side = image / patch;
  return [side, side / 2, side / 4];
}

/** Residual blocks: name, channels in, channels out. */
export function residualBlocks({ channels: [low, middle, high] }: Architecture) {
  return [
    ["down1", low, low],
    ["down2", low, middle],
    ["down3", middle, high],
    ["middle1", high, high],
    ["middle2", high, high],
    ["up3", 2 * high, high],
    ["up2", high + middle, middle],
    ["up1", middle + low, low],
  ] as const;
}

/** Shapes of all parameters, the same names as the state_dict of GlyphNetwork. */
export function parameterShapes(architecture: Architecture): readonly ParameterShape[] {
  const { channels, embedding, frequencies, layoutChannels, slots } = architecture;
  const [low, middle, high] = channels;
  const [side, half] = levelSides(architecture);
  const folded = foldedChannels(architecture);
  const attention = (name: string, size: number) => [
    ...norm(`${name}.norm`, size),
    ...conv(`${name}.qkv`, 3 * size, size, 1),
    ...conv(`${name}.out`, size, size, 1),
  ];
  return [
    { name: "position", shape: [1, low, side, side] },
    ...conv("input", low, folded, 3),
    ...linear("time1", embedding, 2 * frequencies),
    ...linear("time2", embedding, embedding),
    ...linear("jump", embedding, 2 * frequencies),
    ...slots.map((size, slot) => ({ name: `tokens.${slot}.weight`, shape: [size + 1, embedding] })),
    ...linear("prompt1", embedding, embedding),
    ...linear("prompt2", embedding, embedding),
    ...linear("layout", layoutChannels * half * half, embedding),
    ...conv("layout_mix", middle, layoutChannels, 1),
    ...conv("shrink1", low, low, 3),
    ...conv("shrink2", middle, middle, 3),
    ...residualBlocks(architecture).flatMap(([name, from, to]) => residual(name, from, to, embedding)),
    ...attention("attend_down", middle),
    ...attention("attend_middle", high),
    ...attention("attend_up", middle),
    ...norm("norm", low),
    ...conv("output", folded, low, 3),
  ];
}

/** Product of a shape's sizes. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function residual(name: string, from: number, to: number, embedding: number): ParameterShape[] {
  return [
    ...norm(`${name}.norm1`, from),
    ...conv(`${name}.conv1`, to, from, 3),
    ...linear(`${name}.film`, 2 * to, embedding),
    ...norm(`${name}.norm2`, to),
    ...conv(`${name}.conv2`, to, to, 3),
    ...(from === to ? [] : conv(`${name}.skip`, to, from, 1)),
  ];
}

function norm(name: string, channels: number): ParameterShape[] {
  return [
    { name: `${name}.weight`, shape: [channels] },
    { name: `${name}.bias`, shape: [channels] },
  ];
}

function linear(name: string, outputs: number, inputs: number): ParameterShape[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs] },
    { name: `${name}.bias`, shape: [outputs] },
  ];
}

function conv(name: string, outputs: number, inputs: number, side: number): ParameterShape[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs, side, side] },
    { name: `${name}.bias`, shape: [outputs] },
  ];
}
