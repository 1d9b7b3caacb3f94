/** The keys of a link, in the order they are written, with the field each one stands for. Names, once published, stay. */
import {
  betaCodec,
  bumpsCodec,
  componentsCodec,
  covarianceCodec,
  gridCodec,
  listCodec,
  matrixCodec,
  numberCodec,
  pointsCodec,
  scheduleCodec,
  textCodec,
  type Codec,
} from "./link-values.ts";
import type { SectionName } from "./schema.ts";

export interface LinkKey {
  readonly key: string;
  readonly section: SectionName;
  /** Name of the field within its section. */
  readonly name: string;
  /** Kinds of the section that have this field; null for all. */
  readonly kinds: readonly string[] | null;
  readonly codec: Codec<unknown>;
}

function entry<T>(key: string, field: `${SectionName}.${string}`, codec: Codec<T>, kinds?: string): LinkKey {
  const [section, name] = field.split(".") as [SectionName, string];
  return { key, section, name, kinds: kinds?.split(" ") ?? null, codec: codec as Codec<unknown> };
}

export const LINK_KEYS: readonly LinkKey[] = [
  entry("model", "model.kind", textCodec),
  entry("name", "model.name", textCodec, "points"),
  entry("mean", "model.mean", listCodec, "gaussian"),
  entry("cov", "model.cov", covarianceCodec, "gaussian"),
  entry("shape", "model.shape", textCodec, "shape"),
  entry("shapeNoise", "model.noise", numberCodec, "shape"),
  entry("components", "model.components", componentsCodec, "mixture points"),
  entry("points", "model.points", pointsCodec, "points"),
  entry("count", "model.count", numberCodec, "points"),
  entry("maxComponents", "model.maxComponents", numberCodec, "points"),
  entry("process", "process.kind", textCodec),
  entry("beta", "process.beta", betaCodec, "vp sub-vp contractive-sub-vp"),
  entry("theta", "process.theta", numberCodec, "contractive-ou"),
  entry("noise", "process.noise", numberCodec, "contractive-ou"),
  entry("T", "process.T", numberCodec),
  entry("sampler", "sampler.kind", textCodec),
  entry("eta", "sampler.eta", numberCodec),
  entry("N", "sampler.steps", numberCodec),
  entry("grid", "sampler.grid", gridCodec),
  entry("schedule", "sampler.schedule", scheduleCodec),
  entry("reward", "reward.kind", textCodec),
  entry("center", "reward.center", listCodec, "quadratic ring"),
  entry("matrix", "reward.matrix", matrixCodec, "quadratic"),
  entry("slope", "reward.weights", listCodec, "linear"),
  entry("offset", "reward.offset", numberCodec, "linear"),
  entry("bumps", "reward.bumps", bumpsCodec, "bumps"),
  entry("radius", "reward.radius", numberCodec, "ring"),
  entry("width", "reward.width", numberCodec, "ring"),
  entry("formula", "reward.text", textCodec, "formula"),
  entry("target", "target.kind", textCodec),
  entry("klWeight", "target.klWeight", numberCodec, "tilted controlled"),
  entry("etaTrain", "target.etaTrain", numberCodec, "controlled"),
  entry("etas", "evaluation.etas", listCodec),
  entry("steps", "evaluation.steps", listCodec),
  entry("particles", "evaluation.particles", numberCodec),
  entry("seed", "evaluation.seed", numberCodec),
  entry("horizons", "evaluation.horizons", listCodec),
  entry("klWeights", "evaluation.klWeights", listCodec),
  entry("etasTrain", "evaluation.etasTrain", listCodec),
];

/** The link key that stands for the field at a path such as "evaluation.etas[2]", or null. */
export function keyOfField(field: string): LinkKey | null {
  const [section, name] = field.split(/[.[]/);
  return LINK_KEYS.find((k) => k.section === section && k.name === (name ?? "kind")) ?? null;
}
