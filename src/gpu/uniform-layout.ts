/** Uniform structs packed by name, by the alignment rules of WGSL's uniform address space. */

/** Types a field may have, as written in WGSL. */
export type FieldType = "u32" | "i32" | "f32" | "vec2u" | "vec2f" | "vec4u" | "vec4f";

const WORDS: Readonly<Record<FieldType, number>> = {
  u32: 1,
  i32: 1,
  f32: 1,
  vec2u: 2,
  vec2f: 2,
  vec4u: 4,
  vec4f: 4,
};

/** Fields in the order of the WGSL struct. */
export type FieldTypes = Readonly<Record<string, FieldType>>;

/** A value per field: a number, or as many numbers as the vector has. */
export type FieldValues<F extends FieldTypes> = {
  readonly [K in keyof F]: F[K] extends "u32" | "i32" | "f32" ? number : readonly number[];
};

export interface UniformLayout<F extends FieldTypes> {
  /** Name of the WGSL struct. */
  readonly name: string;
  readonly fields: F;
  /** Byte offset of every field. */
  readonly offsets: Readonly<Record<keyof F, number>>;
  /** Bytes of the struct, padded to 16. */
  readonly size: number;
  pack(values: FieldValues<F>): ArrayBuffer;
}

/** The layout of the WGSL struct `name` with the given fields, in order. */
export function uniformLayout<const F extends FieldTypes>(name: string, fields: F): UniformLayout<F> {
  let end = 0;
  const offsets: Record<string, number> = {};
  for (const [field, type] of Object.entries(fields)) {
    const bytes = 4 * WORDS[type];
    const offset = Math.ceil(end / bytes) * bytes;
    offsets[field] = offset;
    end = offset + bytes;
  }
  const size = Math.ceil(end / 16) * 16;
  return {
    name,
    fields,
    offsets: offsets as Record<keyof F, number>,
    size,
    pack(values) {
      const view = new DataView(new ArrayBuffer(size));
      for (const [field, type] of Object.entries(fields)) {
        writeField(view, `${name}.${field}`, offsets[field] ?? 0, type, values[field]);
      }
      return view.buffer;
    },
  };
}

function writeField(
  view: DataView,
  where: string,
  offset: number,
  type: FieldType,
  value: number | readonly number[] | undefined,
): void {
  const numbers = typeof value === "number" ? [value] : (value ?? []);
  if (numbers.length !== WORDS[type])
    throw new RangeError(`${where}: must be ${WORDS[type]} numbers (${type}), got ${numbers.length}`);
  numbers.forEach((number, i) => {
    if (type.endsWith("f32") || type.endsWith("f")) view.setFloat32(offset + 4 * i, number, true);
    else if (type === "i32") view.setInt32(offset + 4 * i, number, true);
    else view.setUint32(offset + 4 * i, number, true);
  });
}
