/** The manifest that lies beside a weight file: what it must be, and where it comes from. */
import { type Architecture, GLYPH, parameterShapes } from "./architecture.ts";
import { readSafetensors, WeightFileError } from "./safetensors.ts";
import { type NetworkWeights, networkWeights } from "./weights.ts";

/** Describes one weight file; written by src/train/weights.py. */
export interface Manifest {
  /** Name of the weight file, relative to the manifest. */
  readonly file: string;
  /** Length of the weight file, or null where the manifest does not say. */
  readonly bytes: number | null;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Shapes by name of tensor. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** Whatever else the training wrote: data, recipe, metrics, seed, duration. */
  readonly about: Readonly<Record<string, unknown>>;
}

const HEX = /^[0-9a-f]{64}$/;

/** Checks parsed JSON. Throws WeightFileError, which names the field. */
export function readManifest(value: unknown, manifest = "manifest"): Manifest {
  const fields = isRecord(value) ? value : {};
  const { file, bytes = null, sha256, tensors } = fields;
  const refuse = (rule: string, got: unknown): never => {
    throw new WeightFileError(manifest, rule, JSON.stringify(got)?.slice(0, 100) ?? "nothing");
  };
  if (typeof file !== "string" || !/^[\w.-]+$/.test(file))
    return refuse("file must be a plain file name", file);
  if (bytes !== null && (typeof bytes !== "number" || !Number.isInteger(bytes) || bytes < 8))
    return refuse("bytes must be a whole number of at least 8", bytes);
  if (typeof sha256 !== "string" || !HEX.test(sha256))
    return refuse("sha256 must be 64 hexadecimal digits", sha256);
  if (!isRecord(tensors)) return refuse("tensors must list shapes by name", tensors);
  for (const [name, shape] of Object.entries(tensors))
    if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size)))
      return refuse(`tensors.${name} must be a shape`, shape);
  const known = ["file", "bytes", "sha256", "tensors"];
  const about = Object.fromEntries(Object.entries(fields).filter(([field]) => !known.includes(field)));
  return { file, bytes, sha256, tensors: tensors as Record<string, number[]>, about };
}

/** Throws WeightFileError where the manifest's tensors are not those of the architecture: before anything is downloaded. */
export function checkManifest({ tensors, file }: Manifest, architecture: Architecture = GLYPH): void {
  for (const { name, shape } of parameterShapes(architecture)) {
    const got = tensors[name];
    if (got?.join() !== shape.join())
      throw new WeightFileError(
        file,
        `tensor ${name} must have shape [${shape.join(", ")}] by the manifest`,
        got ? `[${got.join(", ")}]` : "none of that name",
      );
  }
}

/** Checks length and hash of a downloaded file. Throws WeightFileError. */
export async function checkFile(
  bytes: Uint8Array,
  manifest: Pick<Manifest, "file" | "bytes" | "sha256">,
): Promise<void> {
  const { file } = manifest;
  if (manifest.bytes !== null && bytes.length !== manifest.bytes)
    throw new WeightFileError(file, `the file must have ${manifest.bytes} bytes`, `${bytes.length}`);
  // A page served by plain http from another computer has no WebCrypto; lengths, shapes and types are still checked there.
  if ((crypto as Partial<Crypto>).subtle === undefined) return;
  const hash = await sha256Of(bytes);
  if (hash !== manifest.sha256)
    throw new WeightFileError(file, `the file's SHA-256 must be ${manifest.sha256}`, hash);
}

/** Weights of a downloaded file, after its length, its hash and every tensor have been checked. */
export async function openWeights(
  bytes: Uint8Array,
  manifest: Manifest,
  architecture: Architecture = GLYPH,
): Promise<NetworkWeights> {
  await checkFile(bytes, manifest);
  return readWeights(bytes, manifest, architecture);
}

/** Weights of a file whose length and hash were checked when it came; every tensor is checked. Throws WeightFileError. */
export function readWeights(
  bytes: Uint8Array,
  { file }: Pick<Manifest, "file">,
  architecture: Architecture = GLYPH,
): NetworkWeights {
  return networkWeights(architecture, readSafetensors(bytes, file), file);
}

/** SHA-256 in lower-case hexadecimal, by WebCrypto, which Node has too. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
