/** Cuts a prompt into words, phrases and signs, each with its place and its meaning. */
import { isDrawable, LEXICON, type Meaning, PHRASE_WORDS } from "./lexicon.ts";

/** A word, phrase or sign of a prompt. */
export interface Item {
  /** As written. */
  readonly text: string;
  /** First UTF-16 unit, and the one after the last. */
  readonly start: number;
  readonly end: number;
  readonly meaning: Meaning | { readonly kind: "unknown" };
  /** A single character between quotes. */
  readonly quoted: boolean;
  /** A comma, full stop, colon or new line lies between this item and the one before. */
  readonly afterBreak: boolean;
}

const QUOTED = /["'`‘’‚“”„«»‹›](\S)["'`‘’‚“”„«»‹›]/uy;
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/uy;
/** A quotation mark is a gap of its own, so that one after a space can still open a quotation. */
const GAP = /[\s,.;:\-–—_/()[\]|]+|["'`‘’‚“”„«»‹›]/uy;
const SIGN = /[^\s\p{L}\p{M}\p{N},.;:\-–—_/()[\]|"'`‘’‚“”„«»‹›]+/uy;

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly kind: "word" | "quoted" | "sign";
  readonly afterBreak: boolean;
}

/** Items of a text, in order. Nothing but white space and punctuation is left out. */
export function tokenize(text: string): readonly Item[] {
  const pieces = cut(text);
  const items: Item[] = [];
  for (let i = 0; i < pieces.length;) {
    const words = phraseAt(pieces, i);
    items.push(itemOf(text, pieces.slice(i, i + words)));
    i += words;
  }
  return items;
}

function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let afterBreak = false;
  for (let at = 0; at < text.length;) {
    const quoted = matchAt(QUOTED, text, at);
    const word = quoted ?? matchAt(WORD, text, at);
    const gap = word ?? matchAt(GAP, text, at);
    const found = gap ?? matchAt(SIGN, text, at) ?? text.charAt(at);
    if (gap !== null && word === null) afterBreak = afterBreak || /[,.;:\n]/.test(gap);
    else {
      const kind = quoted !== null ? "quoted" : word !== null ? "word" : "sign";
      pieces.push({ text: found, start: at, kind, afterBreak });
      afterBreak = false;
    }
    at += found.length;
  }
  return pieces;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** How many pieces from `i` on make the longest known phrase; 1 where none does. */
function phraseAt(pieces: readonly Piece[], i: number): number {
  for (let words = Math.min(PHRASE_WORDS, pieces.length - i); words > 1; words--) {
    const part = pieces.slice(i, i + words);
    const whole = part.every(({ kind, afterBreak }, j) => kind === "word" && (j === 0 || !afterBreak));
    if (whole && LEXICON.has(part.map(({ text }) => plain(text)).join(" "))) return words;
  }
  return 1;
}

function itemOf(text: string, pieces: readonly Piece[]): Item {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (!first || !last) throw new RangeError("tokenize: an item must have a piece, got none");
  const end = last.start + last.text.length;
  return {
    text: text.slice(first.start, end),
    start: first.start,
    end,
    meaning:
      pieces.length > 1 ? meaningOf(pieces.map((piece) => plain(piece.text)).join(" ")) : single(first),
    quoted: first.kind === "quoted",
    afterBreak: first.afterBreak,
  };
}

function single({ text, kind }: Piece): Item["meaning"] {
  if (kind === "sign") return { kind: "unknown" };
  const character = (kind === "quoted" ? text.slice(1, -1) : text).normalize("NFKC");
  if (isDrawable(character)) return { kind: "character", value: character };
  return kind === "quoted" ? { kind: "unknown" } : meaningOf(plain(text));
}

function meaningOf(phrase: string): Item["meaning"] {
  return LEXICON.get(phrase) ?? { kind: "unknown" };
}

/** As the lexicon writes it: compatible forms such as full-width letters made plain, lower case, straight apostrophes. */
function plain(word: string): string {
  return word.normalize("NFKC").toLowerCase().replaceAll("’", "'");
}
