/** Lipschitz constants of rewards on images, for the general bound: |r(x) - r(y)| <= L |x - y|, images in [-1, 1]. */
import { PIXELS } from "./pixels.ts";

export type ImageRewardConstant =
  /** L per data unit, in the reward's unit; "exact" if it is attained. */
  | { readonly constant: number; readonly kind: "exact" | "bound" }
  /** Why there is none, in a sentence. */
  | { readonly constant: null; readonly reason: string };

/** Shown pixels are half of an image's numbers and clipped, which never lengthens a difference. */
const SHOWN = 1 / 2;
const SIDE_LENGTH = Math.sqrt(PIXELS);

/**
 * The constant of a reward by its name. A mean over the 1,024 pixels of |d_p| is at most |d| / 32, by Cauchy and Schwarz.
 * Smoothness: neighbour differences have norm at most sqrt 8. Colourfulness: (R - G, (R + G)/2 - B) has norm sqrt 2, and spread
 * and mean are two orthogonal parts of it, so s + 0.3 m <= sqrt(1 + 0.09) |(s, m)|.
 */
export function imageRewardLipschitz(kind: string): ImageRewardConstant {
  switch (kind) {
    case "colour":
      return { constant: SHOWN / (SIDE_LENGTH * Math.sqrt(3)), kind: "exact" };
    case "smoothness":
      return { constant: (SHOWN * Math.sqrt(8)) / SIDE_LENGTH, kind: "bound" };
    case "colourfulness":
      return { constant: (SHOWN * 255 * Math.sqrt(2 * 1.09)) / SIDE_LENGTH, kind: "bound" };
    case "boldness":
    case "stroke":
    case "contrast":
      return none("it divides by the distance of ink and background, which may vanish");
    case "symmetry":
      return none("it divides by the amount of ink, which may vanish");
    case "compressibility":
    case "incompressibility":
      return none("a file's size jumps by whole bytes, however small the change");
    case "aesthetic":
      return none("one of its features is a file's size, which jumps");
    case "alignment":
    case "legibility":
      return none("it is a network, whose provable constant (a product over its layers) is of no use");
    default:
      return none("none was derived");
  }
}

function none(reason: string): ImageRewardConstant {
  return { constant: null, reason };
}
