/**
 * The safetensors file format: the header's length as a 64-bit number, a JSON header with type, shape and place of every
 * tensor, then the numbers, little-endian. https://github.com/huggingface/safetensors
 */
import { floatsFromHalves, halfFromFloat } from "./half.ts";

/** Types that are read and written here. */
export type TensorType = "F32" | "F16" | "I32";

/** A tensor of a file, its numbers widened to 32 bits. Row-major. */
export interface StoredTensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface WeightFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A weight file is damaged or is not the one expected; the message names the tensor, what must hold and what was got. */
export class WeightFileError extends Error {
  override readonly name = "WeightFileError";
  constructor(file: string, rule: string, got: string, advice = "download the file again") {
    super(`${file}: ${rule}, got ${got}; ${advice}`);
  }
}

/** Key of the header that is no tensor. */
const METADATA = "__metadata__";
const BYTES: Readonly<Record<TensorType, number>> = { F32: 4, F16: 2, I32: 4 };
/** As in the reference implementation, so that a damaged length asks for no memory. */
const LONGEST_HEADER = 100_000_000;
const LONGEST_SIDE = 2 ** 40;

/** Reads a file; `file` names it in errors. Throws WeightFileError. */
export function readSafetensors(bytes: Uint8Array, file = "weights"): WeightFile {
  const { header, start } = readHeader(bytes, file);
  const body = bytes.subarray(start);
  const tensors = new Map<string, StoredTensor>();
  const places: Place[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) continue;
    const place = readPlace(entry, name, file);
    places.push(place);
    if (place.end > body.length)
      throw new WeightFileError(
        file,
        `tensor ${name} must end within the file, at byte ${start + place.end}`,
        `${bytes.length} bytes in all (cut off?)`,
      );
    tensors.set(name, {
      type: place.type,
      shape: place.shape,
      data: decode(place.type, body.subarray(place.begin, place.end)),
    });
  }
  checkLayout(places, body.length, file);
  return { tensors, metadata: readMetadata(header[METADATA], file) };
}

/** Writes a file; F16 rounds to nearest, ties to even. Tensors lie in the order of the map. */
export function writeSafetensors({ tensors, metadata }: WeightFile): Uint8Array {
  const header: (readonly [string, unknown])[] =
    Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let offset = 0;
  for (const [name, { type, shape, data }] of tensors) {
    if (name === METADATA) throw new RangeError(`tensor ${name}: must have another name`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length)
      throw new RangeError(
        `tensor ${name}: must hold ${count} numbers for shape [${shape.join(", ")}], got ${data.length}`,
      );
    const end = offset + BYTES[type] * count;
    header.push([name, { dtype: type, shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const { type, data } of tensors.values()) {
    encode(type, data, bytes.subarray(at, at + BYTES[type] * data.length));
    at += BYTES[type] * data.length;
  }
  return bytes;
}

type Header = Readonly<Record<string, unknown>>;

interface Place {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array, file: string): { header: Header; start: number } {
  if (bytes.length < 8)
    throw new WeightFileError(
      file,
      "the file must begin with the 8 bytes of the header's length",
      `${bytes.length} bytes`,
    );
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > LONGEST_HEADER || 8 + length > bytes.length)
    throw new WeightFileError(
      file,
      "the header must lie within the file",
      `a length of ${length} bytes in a file of ${bytes.length}`,
    );
  const parsed = parseJson(bytes.subarray(8, 8 + length), file);
  if (!isRecord(parsed))
    throw new WeightFileError(file, "the header must be a JSON object", describe(parsed));
  return { header: parsed, start: 8 + length };
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WeightFileError(
      file,
      "the header must be JSON",
      cause instanceof Error ? cause.message : String(cause),
    );
  }
}

function readPlace(entry: unknown, name: string, file: string): Place {
  const refuse = (rule: string, got: unknown): never => {
    throw new WeightFileError(file, `tensor ${name} ${rule}`, describe(got));
  };
  if (!isRecord(entry)) return refuse("must have dtype, shape and data_offsets", entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isType(dtype)) return refuse(`must have dtype ${Object.keys(BYTES).join(", ")}`, dtype);
  if (!isSizes(shape)) return refuse("must have a shape of whole numbers", shape);
  if (!isSizes(offsets)) return refuse("must have two byte offsets", offsets);
  const [begin = -1, end = -1] = offsets;
  const expected = shape.reduce((product, size) => product * size, 1) * BYTES[dtype];
  if (offsets.length !== 2 || end - begin !== expected)
    return refuse(
      `must fill ${expected} bytes for ${dtype} [${shape.join(", ")}]`,
      `offsets [${offsets.join(", ")}]`,
    );
  return { name, type: dtype, shape, begin, end };
}

/** The tensors must cover the body once, without holes: anything else is a damaged header. */
function checkLayout(places: readonly Place[], length: number, file: string): void {
  let at = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw new WeightFileError(
        file,
        `tensor ${name} must begin where the one before it ends, at ${at}`,
        `${begin}`,
      );
    at = end;
  }
  if (at !== length)
    throw new WeightFileError(
      file,
      `the numbers must end with the file, at ${at}`,
      `${length} bytes of numbers`,
    );
}

function readMetadata(value: unknown, file: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((entry) => typeof entry !== "string"))
    throw new WeightFileError(file, `${METADATA} must hold texts`, describe(value));
  return value as Record<string, string>;
}

function decode(type: TensorType, bytes: Uint8Array): Float32Array | Int32Array {
  // A copy, because a tensor may lie at any byte; not by slice, which on Node's buffers copies nothing.
  const { buffer } = new Uint8Array(bytes);
  if (type === "F32") return new Float32Array(buffer);
  if (type === "I32") return new Int32Array(buffer);
  return floatsFromHalves(new Uint16Array(buffer));
}

function encode(type: TensorType, data: Float32Array | Int32Array, out: Uint8Array): void {
  const numbers =
    type === "F16"
      ? Uint16Array.from(data, halfFromFloat)
      : type === "F32"
        ? Float32Array.from(data)
        : Int32Array.from(data);
  out.set(new Uint8Array(numbers.buffer));
}

function isType(value: unknown): value is TensorType {
  return typeof value === "string" && Object.hasOwn(BYTES, value);
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((size: unknown) => Number.isInteger(size) && Number(size) >= 0 && Number(size) < LONGEST_SIDE)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return String(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing")).slice(0, 200);
}
