/** Networks and classifiers of the glyph model in TensorFlow.js, on whatever backend is active, from checked files. */
import { GLYPH } from "../../network/architecture.ts";
import { checkManifest, type Manifest, openWeights } from "../../network/manifest.ts";
import { readSafetensors } from "../../network/safetensors.ts";
import { sampleImages } from "../../network/sampler.ts";
import { TensorNetwork } from "../../network/tensorflow/network.ts";
import type { ImageLoadControl } from "../image-engine.ts";
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
export function tensorflowModels(read: ReadModel): Pick<ImageParts, "open" | "openJudges"> {
  return {
    open: async (weights, control) => {
      const { manifest, bytes } = await read(weights, control);
      checkManifest(manifest, GLYPH);
      const network = new TensorNetwork(await openWeights(bytes, manifest, GLYPH));
      return { sample: (run, steps) => sampleImages(network, run, steps), bytes: bytes.length };
    },
    openJudges: async (control) => {
      const { manifest, bytes } = await read("reward-classifiers", control);
      const file = readSafetensors(bytes, manifest.file);
      return temperaturesOf(manifest).map((heats, member) => rewardClassifier(file, member, heats));
    },
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
