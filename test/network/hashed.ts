/** Weights and inputs from an integer hash, the same as in golden/make.py. */
import { type Architecture, GLYPH, parameterShapes, sizeOf } from "../../src/network/architecture.ts";
import type { StoredTensor, WeightFile } from "../../src/network/safetensors.ts";

/** A network of the same form that is quick to run: 16 x 16 images, 120,000 parameters. */
export const TINY: Architecture = {
  image: 16,
  patch: 2,
  channels: [16, 32, 48],
  embedding: 16,
  frequencies: 4,
  heads: 4,
  groups: 4,
  layoutChannels: 4,
  slots: [3, 2],
};

/** The shipped form with the fewest channels, as golden/mini.py sets it: 21,000 parameters. */
export const MINI: Architecture = {
  ...GLYPH,
  channels: [4, 8, 12],
  embedding: 8,
  frequencies: 4,
  groups: 2,
  layoutChannels: 2,
};

/** 32 x 32 images as rewards need them, of few channels and large patches. */
export const LARGE_PATCHES: Architecture = {
  ...GLYPH,
  patch: 4,
  channels: [8, 12, 16],
  embedding: 8,
  frequencies: 2,
  heads: 1,
  groups: 4,
  layoutChannels: 4,
};

/** Multiples of 2^-23 in [-1, 1): the mixer of MurmurHash3 on the index plus the FNV-1a hash of the name. */
export function hashed(name: string, count: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (Math.imul(i, 0x9e3779b9) + seed) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return (h >>> 8) * 2 ** -23 - 1;
  });
}

/** Weights that keep the size of what they multiply, as make.py's. */
export function hashedWeights(architecture: Architecture = GLYPH): WeightFile {
  const tensors = parameterShapes(architecture).map(({ name, shape }): readonly [string, StoredTensor] => {
    const values = hashed(name, sizeOf(shape));
    const gain = Math.sqrt(3 / sizeOf(shape.slice(1)));
    const data = Float32Array.from(values, (value) => {
      if (shape.length === 1) return name.endsWith("weight") ? 1 + 0.25 * value : 0.125 * value;
      return name.startsWith("tokens") || name.startsWith("position") ? value : value * gain;
    });
    return [name, { type: "F32", shape, data }];
  });
  return { tensors: new Map(tensors), metadata: {} };
}

/** Inputs of make.py: x [3, D], t and s [3], prompts [3, 6]. */
export function hashedInputs(architecture: Architecture = GLYPH, count = 3) {
  const { slots, image } = architecture;
  const prompts = Int32Array.from({ length: count * slots.length }, (_, i) => {
    const at = Math.floor(i / slots.length);
    const slot = i % slots.length;
    const size = slots[slot]!;
    return at === 2 ? size : (7 * at + 3 * slot) % (size + 1);
  });
  return {
    x: Float32Array.from(hashed("x", count * 3 * image * image), (value) => 1.5 * value),
    t: Array.from({ length: count }, (_, i) => [1, 0.625, 0.09375][i % 3]!),
    s: Array.from({ length: count }, (_, i) => [0.75, 0, 0.0625][i % 3]!),
    prompts,
  };
}
