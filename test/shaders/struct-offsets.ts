/** Reads a struct out of WGSL text and lays it out by the rules of the specification, section "Alignment and size". */

interface StructField {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
}

/** [align, size] in bytes. */
const RULES: Readonly<Record<string, readonly [number, number]>> = {
  f32: [4, 4],
  u32: [4, 4],
  i32: [4, 4],
  vec2f: [8, 8],
  vec2u: [8, 8],
  vec4f: [16, 16],
  vec4u: [16, 16],
};

export function structOffsets(
  code: string,
  name: string,
): { readonly fields: readonly StructField[]; readonly size: number } {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code)?.[1];
  if (body === undefined) throw new Error(`struct ${name} is not in the text`);
  let end = 0;
  let align = 1;
  const fields = [...body.replace(/\/\/.*$/gm, "").matchAll(/(\w+)\s*:\s*(\w+)/g)].map(
    ([, field = "", type = ""]) => {
      const rule = RULES[type];
      if (!rule) throw new Error(`${name}.${field}: type ${type} is not known to this test`);
      const offset = Math.ceil(end / rule[0]) * rule[0];
      end = offset + rule[1];
      align = Math.max(align, rule[0]);
      return { name: field, type, offset };
    },
  );
  return { fields, size: Math.ceil(end / align) * align };
}
