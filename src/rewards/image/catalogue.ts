/** What there is to know about each reward on images, for menus, legends and cards. */

export type ImageRewardId =
  | "alignment"
  | "legibility"
  | "aesthetic"
  | "compressibility"
  | "incompressibility"
  | "boldness"
  | "stroke"
  | "symmetry"
  | "colourfulness"
  | "colour"
  | "contrast"
  | "smoothness";

export interface ImageRewardCard {
  readonly id: ImageRewardId;
  readonly title: string;
  /** "" for a pure number. */
  readonly unit: string;
  /** Smallest and largest value; Infinity where there is no end. */
  readonly range: readonly [number, number];
  readonly differentiable: boolean;
  /** Rough time of one image on one core of a busy 2-core machine in Node, milliseconds; null where a network's size decides. */
  readonly costMs: number | null;
  readonly meaning: string;
  /** How optimisation can raise the number without what is meant by it. */
  readonly hacks: readonly string[];
}

/** Every reward of images, in the order of menus. */
export const IMAGE_REWARD_CARDS: readonly ImageRewardCard[] = [
  {
    id: "alignment",
    title: "Prompt alignment",
    unit: "nats",
    range: [-20, 0],
    differentiable: true,
    costMs: null,
    meaning: "Mean log-probability, by an ensemble of classifiers, of the attributes that the prompt names.",
    hacks: [
      "Patterns that the ensemble takes for the attribute and no reader does; the evaluation classifiers tell.",
      "Exaggeration: bolder than bold, redder than red, and less variety.",
    ],
  },
  {
    id: "legibility",
    title: "Legibility",
    unit: "nats",
    range: [-20, 0],
    differentiable: true,
    costMs: null,
    meaning: "Log-probability of the character by a classifier of other typefaces.",
    hacks: ["One plain typeface whatever the prompt asks for.", "Strokes that only this classifier reads."],
  },
  {
    id: "aesthetic",
    title: "Preference",
    unit: "logits",
    range: [-Infinity, Infinity],
    differentiable: false,
    costMs: 2,
    meaning:
      "Score of a Bradley-Terry model fitted to pairwise choices; a difference of 1 wins 73 % of them.",
    hacks: [
      "Its score is linear, so its largest weight can be driven far beyond the images that were compared.",
    ],
  },
  {
    id: "compressibility",
    title: "Compressibility",
    unit: "kB",
    range: [-Infinity, -0.625],
    differentiable: false,
    costMs: 0.5,
    meaning: "Minus the size of the image as a JPEG file of quality 80.",
    hacks: [
      "A blank image is the smallest file.",
      "Ink in the background's colour; edges on the grid of 8 x 8 blocks.",
    ],
  },
  {
    id: "incompressibility",
    title: "Incompressibility",
    unit: "kB",
    range: [0.625, Infinity],
    differentiable: false,
    costMs: 0.5,
    meaning: "The size of the image as a JPEG file of quality 80.",
    hacks: ["Noise over everything."],
  },
  {
    id: "boldness",
    title: "Boldness",
    unit: "",
    range: [0, 1],
    differentiable: true,
    costMs: 0.1,
    meaning: "Share of the image that is ink.",
    hacks: [
      "A larger letter instead of thicker strokes.",
      "A blot without a letter.",
      "Ink at the border shifts the estimated background.",
    ],
  },
  {
    id: "stroke",
    title: "Stroke width",
    unit: "pixels",
    range: [0, 17],
    differentiable: true,
    costMs: 0.1,
    meaning: "Twice the area of the ink over its perimeter.",
    hacks: ["A blot: the disc has the least perimeter.", "Filled counters, as of O and e."],
  },
  {
    id: "symmetry",
    title: "Symmetry",
    unit: "",
    range: [0, 1],
    differentiable: true,
    costMs: 0.02,
    meaning: "1 where left and right half mirror each other, 0 where no ink meets its mirror image.",
    hacks: ["A blank image is symmetric.", "Another, symmetric letter: F turns into T."],
  },
  {
    id: "colourfulness",
    title: "Colourfulness",
    unit: "",
    range: [0, 298],
    differentiable: true,
    costMs: 0.02,
    meaning: "Hasler and Suesstrunk's metric: 15 slightly, 45 averagely, 82 highly colourful.",
    hacks: ["Colours that the prompt did not ask for.", "Speckles of complementary colours."],
  },
  {
    id: "colour",
    title: "Closeness to a colour",
    unit: "",
    range: [0, 1],
    differentiable: true,
    costMs: 0.02,
    meaning: "1 minus the mean distance of the pixels to the chosen colour, over the cube's diagonal.",
    hacks: ["The whole image in that colour, letter and all."],
  },
  {
    id: "contrast",
    title: "Contrast",
    unit: "",
    range: [1, 21],
    differentiable: true,
    costMs: 0.1,
    meaning: "Contrast ratio of ink to background by the accessibility guidelines; 4.5 is asked of text.",
    hacks: [
      "Black on white whatever the prompt's colours.",
      "One black pixel outweighs pale strokes in the estimate of the ink.",
    ],
  },
  {
    id: "smoothness",
    title: "Smoothness",
    unit: "",
    range: [-2.45, 0],
    differentiable: true,
    costMs: 0.03,
    meaning: "Minus the total variation per pixel.",
    hacks: ["A blank image.", "Blur, or thin and small letters: fewer edges."],
  },
];

/** The card of a reward. Throws RangeError on an unknown one. */
export function imageRewardCard(id: string): ImageRewardCard {
  const card = IMAGE_REWARD_CARDS.find((one) => one.id === id);
  if (!card)
    throw new RangeError(
      `image reward: must be one of ${IMAGE_REWARD_CARDS.map((one) => one.id).join(", ")}, got "${id}"`,
    );
  return card;
}
