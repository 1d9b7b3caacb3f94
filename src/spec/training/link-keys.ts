/**
 * The keys of a training link, in the order they are written. Laws, processes, the glyph model and rewards have the keys that
 * they have in every link; those of the second to fourth reward end in ".2" to ".4", those of the held-out one in ".held".
 */
import { LINK_KEYS, type LinkKey } from "../link-keys.ts";
import { gridCodec, LinkValueError, listCodec, numberCodec, textCodec, type Codec } from "../link-values.ts";
import { TRAINING_LIMITS } from "./limits.ts";
import type { WindowSpec } from "./types.ts";

export interface TrainingKey {
  readonly key: string;
  /** Path of the field: section, index of a list, name. */
  readonly path: readonly (string | number)[];
  /** Kinds of the thing that holds the field; null for all. */
  readonly kinds: readonly string[] | null;
  readonly codec: Codec<unknown>;
}

/** "yes" and "no". */
const flagCodec: Codec<boolean> = {
  write: (value) => (value ? "yes" : "no"),
  read: (text) => {
    if (text !== "yes" && text !== "no") throw new LinkValueError("must be yes or no");
    return text === "yes";
  },
};

const WINDOW_NUMBERS = ["start", "size", "interval", "stride"] as const;
const WINDOW_FORM =
  'must be strategy:start,size,interval,stride:end, for example "progressive:0,4,25,1:wrap"';

/** "progressive:0,4,25,1:wrap" */
const windowCodec: Codec<WindowSpec> = {
  write: (w) => `${w.strategy}:${listCodec.write(WINDOW_NUMBERS.map((name) => w[name]))}:${w.end}`,
  read: (text) => {
    const [strategy, list = "", end, ...more] = text.split(":");
    const numbers = list === "" ? [] : listCodec.read(list);
    if (more.length > 0 || numbers.length > WINDOW_NUMBERS.length) throw new LinkValueError(WINDOW_FORM);
    const named = numbers.map((value, i) => [WINDOW_NUMBERS[i] ?? "", value] as const);
    // The schema fills in what is missing and judges the rest.
    const window = { strategy, ...Object.fromEntries(named), ...(end === undefined ? {} : { end }) };
    return window as unknown as WindowSpec;
  },
};

function entry<T>(key: string, path: TrainingKey["path"], codec: Codec<T>, kinds?: string): TrainingKey {
  return { key, path, kinds: kinds?.split(" ") ?? null, codec: codec as Codec<unknown> };
}

/** Keys of a section of the laws' links, with another suffix and place. */
function borrowed(section: string, place: TrainingKey["path"], suffix = ""): TrainingKey[] {
  return LINK_KEYS.filter((k: LinkKey) => k.section === section).map(({ key, name, kinds, codec }) => ({
    key: `${key}${suffix}`,
    path: [...place, name],
    kinds,
    codec,
  }));
}

function rewardKeys(index: number): TrainingKey[] {
  const suffix = index === 0 ? "" : `.${index + 1}`;
  return [
    ...borrowed("reward", ["rewards", index, "reward"], suffix),
    entry(`weight${suffix}`, ["rewards", index, "weight"], numberCodec),
  ];
}

const algorithm = <T>(key: string, name: string, codec: Codec<T>, kinds: string) =>
  entry(key, ["algorithm", name], codec, kinds);
const CLIPPED = "ddpo-is flow-grpo dance-grpo mix-grpo";
const GROUPED = "flow-grpo dance-grpo mix-grpo";

/** Keys of what every training has. */
const RUN_KEYS: readonly TrainingKey[] = [
  entry("sde", ["training", "noise", "kind"], textCodec),
  entry("eta", ["training", "noise", "eta"], numberCodec, "gddim"),
  entry("level", ["training", "noise", "level"], numberCodec, "flow-grpo dance-grpo"),
  entry("N", ["training", "steps"], numberCodec),
  entry("grid", ["training", "grid"], gridCodec),
  entry("iterations", ["training", "iterations"], numberCodec),
  entry("batch", ["training", "batch"], numberCodec),
  entry("rate", ["training", "learningRate"], numberCodec),
  entry("decay", ["training", "weightDecay"], numberCodec),
  entry("gradientClip", ["training", "gradientClip"], numberCodec),
  entry("klWeight", ["training", "klWeight"], numberCodec),
  entry("lastStep", ["training", "lastStep"], textCodec),
  entry("seed", ["training", "seed"], numberCodec),
  algorithm("clip", "clip", numberCodec, `${CLIPPED} dpok sdpo`),
  algorithm("advantageClip", "advantageClip", numberCodec, `${CLIPPED} ddpo-sf sdpo`),
  algorithm("logProb", "logProb", textCodec, `${CLIPPED} ddpo-sf dpok sdpo`),
  algorithm("std", "std", textCodec, `${CLIPPED} ddpo-sf`),
  algorithm("minibatches", "minibatches", numberCodec, `${CLIPPED} sdpo`),
  algorithm("innerEpochs", "innerEpochs", numberCodec, CLIPPED),
  algorithm("timesteps", "timestepFraction", numberCodec, `${CLIPPED} ddpo-sf`),
  algorithm("buffer", "buffer", numberCodec, "dpok"),
  algorithm("policySteps", "policySteps", numberCodec, "dpok"),
  algorithm("valueSteps", "valueSteps", numberCodec, "dpok"),
  algorithm("kl", "kl", textCodec, "dpok"),
  algorithm("group", "group", numberCodec, GROUPED),
  algorithm("window", "window", windowCodec, "mix-grpo"),
  algorithm("aggregate", "aggregate", textCodec, "mix-grpo"),
  algorithm("flashRatio", "flashRatio", numberCodec, "mix-grpo"),
  algorithm("sharedNoise", "sharedNoise", flagCodec, "mix-grpo"),
  algorithm("discount", "discount", numberCodec, "sdpo"),
  algorithm("temporalDecay", "temporalDecay", numberCodec, "sdpo"),
  algorithm("pairs", "pairs", flagCodec, "sdpo"),
  algorithm("denseRewards", "denseRewards", flagCodec, "sdpo"),
  algorithm("stepwiseAdvantages", "stepwiseAdvantages", flagCodec, "sdpo"),
  algorithm("stepwiseUpdates", "stepwiseUpdates", flagCodec, "sdpo"),
  algorithm("shuffleSteps", "shuffleSteps", flagCodec, "sdpo"),
  algorithm("temperature", "temperature", numberCodec, "rwr"),
  algorithm("innerSteps", "innerSteps", numberCodec, "rwr"),
  algorithm("through", "through", numberCodec, "direct"),
  algorithm("best", "n", numberCodec, "best-of-n"),
];

const EVALUATION_KEYS: readonly TrainingKey[] = [
  entry("every", ["evaluation", "every"], numberCodec),
  entry("particles", ["evaluation", "particles"], numberCodec),
  entry("evalSeed", ["evaluation", "seed"], numberCodec),
  entry("etasTrain", ["evaluation", "etasTrain"], listCodec),
  entry("etasDeploy", ["evaluation", "etasDeploy"], listCodec),
  entry("stepsDeploy", ["evaluation", "stepsDeploy"], listCodec),
  entry("seeds", ["evaluation", "seeds"], numberCodec),
];

const everyReward = (keys: (index: number) => TrainingKey[]) =>
  Array.from({ length: TRAINING_LIMITS.rewards.max }, (_, i) => keys(i)).flat();

/** Keys of trainings on points. */
export const POINT_KEYS: readonly TrainingKey[] = [
  entry("train", ["algorithm", "kind"], textCodec),
  ...borrowed("model", ["model"]),
  ...borrowed("process", ["process"]),
  ...everyReward(rewardKeys),
  ...borrowed("reward", ["heldOut"], ".held"),
  ...RUN_KEYS,
  entry("units", ["network", "width"], numberCodec),
  entry("layers", ["network", "depth"], numberCodec),
  entry("prediction", ["network", "prediction"], textCodec),
  entry("pretrain", ["network", "pretrainSteps"], numberCodec),
  entry("netSeed", ["network", "seed"], numberCodec),
  ...EVALUATION_KEYS,
];

/** Prompts hold no "|". */
const promptsCodec: Codec<readonly string[]> = {
  write: (prompts) => prompts.join("|"),
  read: (text) => text.split("|"),
};

function imageRewardKeys(place: TrainingKey["path"], suffix: string): TrainingKey[] {
  return [
    entry(`reward${suffix}`, [...place, "kind"], textCodec),
    entry(`colour${suffix}`, [...place, "colour"], textCodec, "colour"),
  ];
}

/** Keys of trainings of the glyph model. */
export const IMAGE_KEYS: readonly TrainingKey[] = [
  entry("train", ["algorithm", "kind"], textCodec),
  entry("model", ["model", "kind"], textCodec),
  entry("weights", ["model", "weights"], textCodec),
  entry("prompts", ["model", "prompts"], promptsCodec),
  ...everyReward((index) => {
    const suffix = index === 0 ? "" : `.${index + 1}`;
    return [
      ...imageRewardKeys(["rewards", index, "reward"], suffix),
      entry(`weight${suffix}`, ["rewards", index, "weight"], numberCodec),
    ];
  }),
  ...imageRewardKeys(["heldOut"], ".held"),
  ...RUN_KEYS,
  entry("rank", ["adapter", "rank"], numberCodec),
  entry("adapt", ["adapter", "layers"], textCodec),
  entry("adapterSeed", ["adapter", "seed"], numberCodec),
  ...EVALUATION_KEYS,
];
