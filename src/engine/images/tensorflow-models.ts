/** Networks and classifiers of the glyph model in TensorFlow.js, on whatever backend is active, from checked files. */
import { glyphArchitecture } from "../../network/architecture.ts";
import { checkManifest, type Manifest, readWeights } from "../../network/manifest.ts";
import { readSafetensors, type WeightFile, WeightFileError } from "../../network/safetensors.ts";
import { sampleImages } from "../../network/sampler.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import { SLOT_NAMES } from "../../prompt/slots.ts";
import type { ImageClassifier } from "../../rewards/image/classifier.ts";
import { FIDELITY_FEATURES, type ImageLoadControl, type RealFeatures } from "../image-engine.ts";
import { type EvaluationClassifier, evaluationClassifier } from "./evaluation-classifier.ts";
import type { EvaluationParts } from "./evaluation.ts";
import type { ImageParts } from "./local.ts";
import { rewardClassifier } from "./reward-classifier.ts";

/** A file of the model with its manifest. */
export interface ModelFile {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

/** Brings the file of a manifest NAME.json, its length and hash checked. */
export type ReadModel = (name: string, control: ImageLoadControl) => Promise<ModelFile>;

/** Opens networks and reward classifiers that `read` brings. */
export function tensorflowModels(
  read: ReadModel,
): Pick<ImageParts, "open" | "openJudges" | "openEvaluation"> {
  return {
    open: async (weights, control) => {
      const { manifest, bytes } = await read(weights, control);
      const architecture = glyphArchitecture(manifest.tensors);
      checkManifest(manifest, architecture);
      const network = new TensorNetwork(readWeights(bytes, manifest, architecture));
      return { sample: (run, steps) => sampleImages(network, run, steps), bytes: bytes.length };
    },
    openJudges: async (control) => {
      const { manifest, bytes } = await read("reward-classifiers", control);
      const file = readSafetensors(bytes, manifest.file);
      return temperaturesOf(manifest).map((heats, member) => rewardClassifier(file, member, heats));
    },
    openEvaluation: async (control) => {
      const judges = await openEvaluators(read, control);
      const real = await read("real-features", control);
      const realFile = readSafetensors(real.bytes, real.manifest.file);
      const { components, ...features } = readRealFeatures(realFile, real.manifest.file);
      return { judges, components, real: features };
    },
  };
}

async function openEvaluators(
  read: ReadModel,
  control: ImageLoadControl,
): Promise<readonly EvaluationClassifier[]> {
  const { manifest, bytes } = await read("evaluation-classifiers", control);
  const file = readSafetensors(bytes, manifest.file);
  return temperaturesOf(manifest).map((heats, member) => evaluationClassifier(file, member, heats));
}

/** The evaluation classifiers as judges of held-out rewards. */
export async function openEvaluationClassifiers(
  read: ReadModel,
  control: ImageLoadControl,
): Promise<readonly ImageClassifier[]> {
  const judges = await openEvaluators(read, control);
  return judges.map((judge, member) => ({
    name: `evaluation classifier ${member + 1}`,
    role: "evaluation",
    logProbabilities: async (images) => (await judge(images)).logProbs,
  }));
}

/** Throws WeightFileError, which names the tensor that is missing or of another shape. */
export function readRealFeatures(
  { tensors }: WeightFile,
  file: string,
): RealFeatures & Pick<EvaluationParts, "components"> {
  const rows = (name: string, width: number): Float32Array => {
    const { shape, data } = tensors.get(name) ?? { shape: [], data: new Float32Array(0) };
    if (shape.length !== 2 || shape[1] !== width)
      throw new WeightFileError(
        file,
        `tensor ${name} must have shape [n, ${width}]`,
        `[${shape.join(", ")}]`,
      );
    return Float32Array.from(data);
  };
  return {
    components: rows("components", FIDELITY_FEATURES),
    train: rows("train.features", FIDELITY_FEATURES),
    heldOut: rows("heldOut.features", FIDELITY_FEATURES),
    prompts: Int32Array.from(rows("heldOut.prompts", SLOT_NAMES.length)),
    readings: Uint8Array.from(rows("heldOut.readings", SLOT_NAMES.length)),
  };
}

/** Temperatures [members][slots] that the manifest tells. */
function temperaturesOf({ about, file }: Manifest): readonly (readonly number[])[] {
  const { temperatures } = about;
  const isRows = (value: unknown): value is number[][] =>
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row) && row.every((heat) => typeof heat === "number" && heat > 0));
  if (isRows(temperatures) && temperatures.length > 0) return temperatures;
  throw new Error(
    `${file}: the manifest must tell temperatures of each member, got ${JSON.stringify(temperatures)}; install the page anew`,
  );
}
