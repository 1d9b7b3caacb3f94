/** Key-value text of a link: percent-encoding, and one packed key `z` that holds long parts deflated in URL-safe base64. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";

export type Pair = readonly [key: string, value: string];

/** Longest link that is written. */
export const MAX_LINK_LENGTH = 2000;
/** Longest link that is read; keeps a hostile link from filling memory. */
export const MAX_READ_LENGTH = 20_000;
/** Longest value that stays readable instead of being packed. */
const READABLE = 240;
/** The key of the packed part. */
const PACKED = "z";
/** Never packed, so that a link always says what it is about. */
const ALWAYS_READABLE = new Set([
  "train",
  "model",
  "prompt",
  "process",
  "sampler",
  "reward",
  "target",
  "eta",
  "N",
  "T",
]);

/** Joins pairs to a link, packing the longest values, and all values if need be, to stay within the limit. */
export function joinPairs(pairs: readonly Pair[]): string {
  const readable = finish(pairs.map(encodePair));
  const long = pairs.filter((pair) => encodePair(pair).length > READABLE);
  if (long.length === 0 && readable.length <= MAX_LINK_LENGTH) return readable;
  const some = pack(pairs, (pair) => long.includes(pair));
  const all = pack(pairs, ([key]) => !ALWAYS_READABLE.has(key));
  const candidates = [some, ...(some.length <= MAX_LINK_LENGTH ? [] : [all])];
  if (readable.length <= MAX_LINK_LENGTH && some.length >= readable.length) return readable;
  return candidates.reduce((best, c) => (c.length < best.length ? c : best));
}

function pack(pairs: readonly Pair[], packed: (pair: Pair) => boolean): string {
  const inner = pairs.filter(packed);
  if (inner.length === 0) return finish(pairs.map(encodePair));
  const outer = pairs.filter((pair) => !packed(pair)).map(encodePair);
  const text = inner.map(([k, v]) => `${k}=${shorten(k, v).replace(/[%&]/g, encodeURIComponent)}`).join("&");
  return finish([...outer, `${PACKED}=${toBase64Url(deflateSync(strToU8(text), { level: 9, mem: 8 }))}`]);
}

/** Keys whose values are words of the reader's own; packed as they are. */
const FREE_TEXT = new Set(["formula", "name", "prompt", "prompts", "negative"]);

/** Keys of one meaning may differ in a suffix ("formula.2"). */
function isFreeText(key: string): boolean {
  return FREE_TEXT.has(key.split(".")[0] ?? "");
}

/**
 * Numbers of a packed value as digits and a letter that counts the decimals and ends the number: "0.25,-1.5" becomes
 * "25C-15B". That takes a quarter less room than decimals, after compression too. `lengthen` undoes it.
 */
function shorten(key: string, value: string): string {
  if (isFreeText(key)) return value;
  return value.replace(
    /(-?)(\d+)(?:\.(\d+))?(?:e(-?\d+))?(,?)/g,
    (whole, sign, units, part = "", e = "0") => {
      const decimals = String(part).length - Number(e);
      if (decimals < 0 || decimals > 25) return whole as string;
      const digits = `${units}${part}`.replace(/^0+(?=\d)/, "");
      return `${sign}${digits}${String.fromCharCode(65 + decimals)}`;
    },
  );
}

/** Readable text again; the decimal is the same double as before. */
function lengthen(key: string, value: string): string {
  if (isFreeText(key)) return value;
  return value.replace(/(-?\d+)([A-Z])(?=([-\d])?)/g, (_, digits, letter, next) => {
    const decimals = String(letter).charCodeAt(0) - 65;
    const number = String(Number(`${digits}e-${decimals}`)).replace("e+", "e");
    return next === undefined ? number : `${number},`;
  });
}

function encodePair([key, value]: Pair): string {
  return `${encodeURIComponent(key)}=${encodeURIComponent(value).replace(/%(2C|3A|3B|2F|40)/g, decodeURIComponent)}`;
}

/** Programs that turn addresses in running text into links leave out trailing punctuation; encode it. */
function finish(parts: readonly string[]): string {
  return parts
    .join("&")
    .replace(/[).,!';:*?_~-]$/, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

export interface SplitLink {
  readonly pairs: readonly Pair[];
  /** Parts that could not be decoded: which key, and why. */
  readonly faults: readonly { readonly key: string; readonly message: string }[];
}

/** Takes a link apart, the packed part included. Never throws. */
export function splitPairs(hash: string): SplitLink {
  const pairs: Pair[] = [];
  const faults: { key: string; message: string }[] = [];
  for (const part of hash.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const key = decode(at < 0 ? part : part.slice(0, at));
    const value = decode(at < 0 ? "" : part.slice(at + 1));
    if (key === null || value === null) {
      faults.push({
        key: key ?? part.slice(0, 20),
        message: "must be percent-encoded text, got a broken escape",
      });
    } else if (key !== PACKED) {
      pairs.push([key, value]);
    } else {
      unpack(value, pairs, faults);
    }
  }
  return { pairs, faults };
}

function unpack(value: string, pairs: Pair[], faults: { key: string; message: string }[]): void {
  let text: string;
  try {
    text = strFromU8(inflateSync(fromBase64Url(value)));
  } catch {
    faults.push({
      key: PACKED,
      message: "must be a whole packed part, got one that is cut off or altered; copy the whole link again",
    });
    return;
  }
  for (const part of text.split("&")) {
    const at = part.indexOf("=");
    const inner = at < 0 ? null : decode(part.slice(at + 1).replace(/%(?!25|26)/g, "%25"));
    const key = part.slice(0, at);
    if (inner !== null) pairs.push([key, lengthen(key, inner)]);
  }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}
