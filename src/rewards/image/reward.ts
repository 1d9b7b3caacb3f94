/** What every reward on images is made of. */
import type { Rgb } from "./pixels.ts";

/** A reward of shown pixels [3, 32, 32], 0 .. 1. */
export interface PixelReward {
  value(pixels: Float64Array): number;
  /** Adds the derivative to out [3, 32, 32]; null where there is none, as for a file's size. At kinks, a one-sided slope or 0. */
  readonly gradient: ((pixels: Float64Array, out: Float64Array) => void) | null;
}

/** Ink and background that a prompt asks for; an alternative to the estimate from the image. */
export interface AskedColours {
  readonly ink: Rgb;
  readonly background: Rgb;
}

/** A reward computed from the pixels alone, as plain data. */
export type ImageRewardProgram =
  | { readonly kind: "compressibility" | "incompressibility"; readonly quality?: number }
  /** `asked` measures ink along the colours of the prompt, not along those of the image. */
  | { readonly kind: "boldness" | "stroke"; readonly asked?: AskedColours }
  | { readonly kind: "symmetry" | "colourfulness" | "contrast" | "smoothness" }
  | { readonly kind: "colour"; readonly colour: Rgb };
