import type { ExperimentSpec } from "../spec/types.ts";

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const WORD = 0xffffffffffffffffn;

/** FNV-1a (64 bit) of the canonical JSON of a specification that `parseSpec` returned, 16 hexadecimal digits. Names files and runs; no security. */
export function specHash(spec: ExperimentSpec): string {
  return hashOfData(spec);
}

/** The same of any plain data whose fields stand in a fixed order. */
export function hashOfData(data: unknown): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(JSON.stringify(data))) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & WORD;
  }
  return hash.toString(16).padStart(16, "0");
}
