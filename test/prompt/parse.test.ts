import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPrompt } from "../../src/prompt/format.ts";
import { LEXICON } from "../../src/prompt/lexicon.ts";
import { parsePrompt, parsePromptPair, PROMPT_MAX_LENGTH } from "../../src/prompt/parse.ts";
import { NOTHING_SAID, type PromptTokens, saidSlots } from "../../src/prompt/slots.ts";
import { tokenize } from "../../src/prompt/tokenize.ts";
import { PROMPTS } from "./prompts.ts";

function understood(text: string): Partial<PromptTokens> {
  const { tokens, problems } = parsePrompt(text);
  expect(problems, text).toEqual([]);
  return Object.fromEntries(saidSlots(tokens).map((slot) => [slot, tokens[slot]]));
}

/** "kind place: message" of every problem. */
function problemsOf(text: string): string[] {
  return parsePrompt(text).problems.map(({ kind, start, end, message }) => {
    return `${kind} ${text.slice(start, end)}: ${message}`;
  });
}

describe("A prompt", () => {
  it("is read in any order, with synonyms", () => {
    const full = {
      weight: "bold",
      slant: "italic",
      ink: "red",
      typeface: "serif",
      character: "A",
      background: "yellow",
    };
    for (const text of [
      "bold italic red serif A on yellow",
      "on yellow A serif red italic bold",
      "A, bold, oblique; crimson ink, slab serif, with a yellow background",
      "a thick slanted scarlet A with serifs over gold",
      "Please draw me a semi-bold, sloping, ruby-coloured letter A in the antiqua style on lemon paper.",
      "background: yellow, ink: red, capital a, bold italic serif",
      "BOLD ITALIC RED SERIF A ON YELLOW",
      "Ａ ｂｏｌｄ italic serif, red on yellow",
    ])
      expect(understood(text), text).toEqual(full);
  });

  it.each([
    ["", {}],
    [" \t\n ,.- ", {}],
    ["heavy", { weight: "black" }],
    ["extra bold", { weight: "black" }],
    ["semi-bold", { weight: "bold" }],
    ["thin", { weight: "light" }],
    ["Hairline", { weight: "light" }],
    ["roman", { slant: "upright" }],
    ["typewriter", { typeface: "mono" }],
    ["type writer fixed-width monospaced", { typeface: "mono" }],
    ["script", { typeface: "handwriting" }],
    ["hand-written cursive", { typeface: "handwriting" }],
    ["sans-serif", { typeface: "sans" }],
    ["without serifs", { typeface: "sans" }],
    ["serif", { typeface: "serif" }],
    ["navy", { ink: "blue" }],
    ["navy blue Q on jet black", { ink: "blue", character: "Q", background: "black" }],
  ])("%j means %o", (text, expected) => {
    expect(understood(text)).toEqual(expected);
  });

  it.each([
    ["a", "a"],
    ["A", "A"],
    ["bold red a", "a"],
    ["a bold red", "a"],
    ["a red A", "A"],
    ["a red a", "a"],
    ["A bold B", "B"],
    ["a B", "B"],
    ["letter a", "a"],
    ["a letter b", "b"],
    ["the letter a in red", "a"],
    ["a bold 'a'", "a"],
    ["a “B”", "B"],
    ["red 'a', a serif", "a"],
    ["an A", "A"],
    ["a letter", undefined],
    ["a bold digit", undefined],
    ["I", "I"],
    ["i", "i"],
    ["I want a red b", "b"],
    ["capital b", "B"],
    ["b, capital", "B"],
    ["upper-case letter b", "B"],
    ["lowercase B", "b"],
    ["a small B", "b"],
    ["capital a", "A"],
    ["capital I", "I"],
    ["digit three", "3"],
    ["a red three", "3"],
    ["number 0", "0"],
    ["letter O", "O"],
    ["zero on white", "0"],
    ["A red A", "A"],
  ])("%j shows the character %j", (text, character) => {
    expect(understood(text).character).toBe(character);
  });

  it.each([
    ["red A on yellow", "red", "yellow"],
    ["on yellow A red", "red", "yellow"],
    ["on yellow a red A", "red", "yellow"],
    ["A on bold yellow", undefined, "yellow"],
    ["yellow background A", undefined, "yellow"],
    ["A in red, yellow background", "red", "yellow"],
    ["A in red, background yellow", "red", "yellow"],
    ["background in yellow, A red", "red", "yellow"],
    ["A on a background of yellow", undefined, "yellow"],
    ["A on a yellow background", undefined, "yellow"],
    ["yellow as background, red as ink", "red", "yellow"],
    ["ink red background yellow", "red", "yellow"],
    ["red text on white paper", "red", "white"],
    ["red on red", "red", "red"],
    ["black on black", "black", "black"],
    ["red-on-yellow", "red", "yellow"],
  ])("%j has ink %j and background %j", (text, ink, background) => {
    expect(understood(text)).toMatchObject({ ...(ink && { ink }), background });
    expect(understood(text).ink).toBe(ink);
  });

  it.each([
    ["black A", undefined, "black", undefined],
    ["black A on black", undefined, "black", "black"],
    ["black red A", "black", "red", undefined],
    ["bold black A", "bold", "black", undefined],
    ["black black A", "black", "black", undefined],
    ["black weight A", "black", undefined, undefined],
    ["red A, weight: black, on white", "black", "red", "white"],
    ["red A on black", undefined, "red", "black"],
    ["black ink, heavy", "black", "black", undefined],
  ])("%j has weight %j, ink %j, background %j", (text, weight, ink, background) => {
    const said = understood(text);
    expect([said.weight, said.ink, said.background]).toEqual([weight, ink, background]);
  });

  it("notes a reading that was a choice, and is silent where it was none", () => {
    const notes = (text: string) => parsePrompt(text).notes.map(({ message }) => message);
    expect(notes("black A")).toEqual(['"black" is read as the ink; write "heavy" for the weight']);
    expect(notes("black red A")[0]).toMatch(/read as the weight/);
    expect(notes("light red B")[0]).toMatch(/weight of the strokes/);
    expect(notes("a letter")[0]).toMatch(/article/);
    expect(notes("A bold B")[0]).toMatch(/article/);
    expect(notes("bold italic red serif A on black")).toEqual([]);
    expect(notes("a red A")).toEqual([]);
  });
});

describe("What a prompt says wrongly is named:", () => {
  it.each<[string, RegExp[]]>([
    ["blod A", [/^unknown blod: .*did you mean bold/]],
    ["yelow A", [/^unknown yelow: .*did you mean yellow/]],
    ["A with wings", [/^unknown wings: "wings" is not known; leave it out/]],
    ["hello world", [/^unknown hello: /, /^unknown world: .*bold/]],
    ["AB", [/^unknown AB: .*one character, A to Z/]],
    ["42", [/^unknown 42: .*one digit/]],
    ["é", [/^unknown é: .*A to Z/]],
    ["letter '\u00e9'", [/^unknown '\u00e9': /]],
    ["letter 'e\u0301'", [/^unknown e\u0301: /]],
    ["bold!", [/^unknown !: /]],
    ["red 🍎 on yellow", [/^unknown 🍎: "🍎"/]],
    ["it's bold", [/^unknown it's: /]],
    ["grey A", [/^unknown grey: .*only red, orange/]],
    ["dark red A", [/^unknown dark: .*shades/]],
    ["not bold", [/^unknown not: .*negative prompt/]],
    ["red or blue A", [/^contradiction red or blue: /, /^unknown or: .*one choice/]],
    ["wide A", [/^unknown wide: .*widths/]],
    ["b\u200Bold", [/^unknown \u200B: "U\+200B"/, /^unknown old: .*bold/]],
    ["\ud800 A", [/^unknown \ud800: "U\+D800"/]],
    ["constructor", [/^unknown constructor/]],
    ["__proto__", [/^unknown proto/]],
    ["bold light A", [/^contradiction bold light: weight: must be one, got "bold" and "light"; keep one/]],
    ["A B", [/^contradiction A B: character: must be one, got "A" and "B"; keep one/]],
    ["bold light A B", [/weight: must be one/, /character: must be one/]],
    ["italic roman", [/^contradiction .*slant/]],
    ["serif sans", [/^contradiction .*typeface/]],
    ["red yellow A", [/^contradiction .*ink: must be one, got "red" and "yellow".*"on"/]],
    ["A on red on blue", [/^contradiction red on blue: background/]],
    ["bold black red A", [/^contradiction bold black: weight/]],
    ["capital lowercase b", [/^contradiction lowercase: character: must have one case/]],
    ["capital 3", [/^contradiction capital: .*digit "3"/]],
    ["digit A", [/^contradiction digit: .*say letter A/]],
    ["letter three", [/^contradiction letter: .*say digit 3/]],
    ["capital", [/^incomplete capital: .*letter/]],
    ["A on", [/^incomplete on: .*colour after it/]],
    ["A on whte", [/^unknown whte: .*did you mean white/]],
    ["A on a yelow", [/^unknown yelow: .*yellow/]],
    ["A on wings", [/^incomplete on: .*colour after it/, /^unknown wings: /]],
    ["A on bold", [/^incomplete on: /]],
    ["background A", [/^incomplete background: .*colour/]],
    ["A weight", [/^incomplete weight: /]],
  ])("%j", (text, expected) => {
    const problems = problemsOf(text);
    expect(problems, problems.join("\n")).toHaveLength(expected.length);
    expected.forEach((pattern, i) => expect(problems[i]).toMatch(pattern));
  });

  it("a slot in contradiction stays unsaid, the others count", () => {
    expect(parsePrompt("bold light red A B").tokens).toEqual({ ...NOTHING_SAID, ink: "red" });
  });

  it("suggestions are words of the language", () => {
    for (const text of ["blod", "itallic", "yelow", "seriff", "monospce", "backgroun", "crimsn"]) {
      const [problem] = parsePrompt(text).problems;
      expect(problem?.suggestions.length, text).toBeGreaterThan(0);
      for (const word of problem?.suggestions ?? []) expect(LEXICON.has(word), word).toBe(true);
    }
  });

  it("a text that is too long is refused unread", () => {
    const long = "bold ".repeat(2000);
    expect(parsePrompt(long).tokens).toEqual(NOTHING_SAID);
    expect(problemsOf(long)).toEqual([expect.stringMatching(/must be at most 300 characters, got 10000/)]);
    expect(problemsOf("a".repeat(PROMPT_MAX_LENGTH + 1))[0]).toMatch(/at most 300/);
    // Control: at the limit it is read.
    expect(parsePrompt("bold ".repeat(60)).tokens.weight).toBe("bold");
  });

  it("no more than 21 problems are listed, the last counting the rest", () => {
    const problems = problemsOf("x9 ".repeat(100));
    expect(problems).toHaveLength(21);
    expect(problems[20]).toMatch(/80 more/);
  });

  it("a wish in both the prompt and the negative prompt is a contradiction", () => {
    const { conflicts, negative } = parsePromptPair("bold red A", "crimson, italic, blurry");
    // In the words that were typed, not in those of the vocabulary.
    const typed =
      'ink: must not be both wanted and avoided, got "red" in the prompt and "crimson" in the negative prompt';
    expect(conflicts.map(({ message }) => message)).toEqual([expect.stringContaining(typed)]);
    const same = parsePromptPair("heavy R", "heavy").conflicts.map(({ message }) => message);
    expect(same).toEqual([expect.stringContaining('got "heavy" in both prompts')]);
    expect(parsePromptPair("capital r", '"R"').conflicts[0]?.message).toContain('"r" in the prompt');
    expect(negative.problems).toHaveLength(1);
    expect(parsePromptPair("bold red A", "light, blue").conflicts).toEqual([]);
  });
});

describe("For every prompt", () => {
  it("parse(format(p)) = p, without problems", () => {
    fc.assert(
      fc.property(PROMPTS, (tokens) => {
        const text = formatPrompt(tokens);
        expect(parsePrompt(text)).toMatchObject({ tokens, problems: [] });
        expect(text.length).toBeLessThan(PROMPT_MAX_LENGTH / 4);
      }),
      { numRuns: 2000 },
    );
  });

  it("format(parse(text)) = text for a canonical text: it is a fixed point", () => {
    fc.assert(
      fc.property(PROMPTS, (tokens) => {
        const text = formatPrompt(tokens);
        expect(formatPrompt(parsePrompt(text).tokens)).toBe(text);
      }),
    );
  });

  it("a wrong word in it is always named, at its place (control of the silence above)", () => {
    fc.assert(
      fc.property(PROMPTS, fc.constantFrom("xyzzy", "blod", "漢", "🙂", "#"), (tokens, wrong) => {
        const text = `${formatPrompt(tokens)} ${wrong}`.trimStart();
        const named = parsePrompt(text).problems.map(({ start, end }) => text.slice(start, end));
        expect(named).toContain(wrong);
      }),
    );
  });
});

describe("For every text", () => {
  const words = [...LEXICON.keys(), "A", "b", "3", "a", "I", ",", "-", "'a'"];
  const sentences = fc
    .array(fc.constantFrom(...words), { maxLength: 30 })
    .map((parts) => parts.join(" ").slice(0, PROMPT_MAX_LENGTH));

  it("each letter and digit belongs to an item, and problems have places inside the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), sentences), (text) => {
        const { problems, notes } = parsePrompt(text);
        const covered = new Set(
          tokenize(text).flatMap(({ start, end }) =>
            Array.from({ length: end - start }, (_, i) => start + i),
          ),
        );
        for (const { index } of text.matchAll(/[\p{L}\p{N}]/gu)) expect(covered.has(index)).toBe(true);
        for (const { start, end } of [...problems, ...notes]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("text made of the language's words has no unknown ones but the refused", () => {
    fc.assert(
      fc.property(sentences, (text) => {
        const strange = parsePrompt(text).problems.filter(({ message }) =>
          /^"[^"]*" is not known;/.test(message),
        );
        // A cut at the length limit may leave part of a word at the end.
        expect(strange.filter(({ end }) => end < PROMPT_MAX_LENGTH)).toEqual([]);
      }),
    );
  });

  it("reading takes less than 50 ms of the processor, whatever the text", () => {
    const hard = [
      "'".repeat(300),
      "a ".repeat(150),
      "b'".repeat(150),
      "\u0301".repeat(300),
      "ﷺ".repeat(300),
      "👨‍👩‍👧".repeat(37),
    ];
    hard.push(
      "boldd ".repeat(50),
      "very ".repeat(60),
      "on red ".repeat(42),
      "background ".repeat(27),
      "x".repeat(1e6),
    );
    for (const text of hard) {
      // The best of five, of the processor's time: other processes may take the processor meanwhile.
      const times = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage();
        parsePrompt(text);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      });
      expect(Math.min(...times), text.slice(0, 20)).toBeLessThan(50);
    }
  });
});
