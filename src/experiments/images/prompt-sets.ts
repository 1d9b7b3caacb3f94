/** Prompts from poor to rich for the study of prompts: nested sets, drawn by the seed or cut from one prompt. */
import { createRandom } from "../../math/philox.ts";
import { parsePrompt } from "../../prompt/parse.ts";
import { promptSets } from "../../prompt/richness.ts";
import { COLOURS, NOTHING_SAID, type PromptTokens, saidSlots, type SlotName } from "../../prompt/slots.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { SpecError } from "../../spec/problems.ts";

/** Prompts with `attributes` said, one for each of the study's prompts; prompt i of the next level says one more. */
export interface PromptLevel {
  readonly attributes: number;
  readonly prompts: readonly PromptTokens[];
}

/** Far from the streams of samples (0, 1), data (2) and fits (3). */
const PROMPT_STREAM = 40;

/** Fewest attributes that can be cut into sets. */
const LEAST_ATTRIBUTES = 2;

/**
 * Levels of `count` prompts each. "drawn": full prompts by the seed with colours that the network was trained on, every
 * character equally often. "cut": the specification's own prompt; its character is said first, the other attributes join in
 * an order drawn anew for each. Throws SpecError where the prompt says too little to be cut.
 */
export function promptLevels(spec: ImageSpec, count: number): readonly PromptLevel[] {
  const { uniform } = createRandom(spec.evaluation.seed, PROMPT_STREAM);
  if (spec.evaluation.promptSets === "drawn")
    return promptSets({ count, uniform, allowed: isTrainedPair }).map((prompts, k) => ({
      attributes: k + 1,
      prompts,
    }));
  const { tokens } = parsePrompt(spec.model.prompt);
  const said = saidSlots(tokens);
  if (said.length < LEAST_ATTRIBUTES)
    throw new SpecError([
      {
        field: "model.prompt",
        message: `must say at least ${LEAST_ATTRIBUTES} attributes to be cut, got ${said.length}; say more, or let the sets be drawn`,
      },
    ]);
  const first = said.filter((slot) => slot === "character");
  const orders = Array.from({ length: count }, () => [
    ...first,
    ...shuffled(
      said.filter((slot) => slot !== "character"),
      uniform,
    ),
  ]);
  return said.map((_, k) => ({
    attributes: k + 1,
    prompts: orders.map((order) => only(tokens, order.slice(0, k + 1))),
  }));
}

function only(tokens: PromptTokens, slots: readonly SlotName[]): PromptTokens {
  return { ...NOTHING_SAID, ...Object.fromEntries(slots.map((slot) => [slot, tokens[slot]])) };
}

function shuffled(slots: readonly SlotName[], uniform: () => number): readonly SlotName[] {
  const keyed = slots.map((slot) => ({ slot, key: uniform() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ slot }) => slot);
}

/** The rule of colours in src/train/data/rules.json: pairs that are never trained are not asked for. */
const LEAST_DISTANCE = 0.55;
const LEAST_LUMINANCE_DIFFERENCE = 0.15;
const NEVER_TRAINED: readonly string[] = [
  "red on yellow",
  "yellow on purple",
  "green on white",
  "pink on black",
  "white on orange",
];

/** True if the network was trained on that pair of ink and background. */
export function isTrainedPair({ ink, background }: Pick<PromptTokens, "ink" | "background">): boolean {
  if (ink === null || background === null) return true;
  const [a = [], b = []] = [COLOURS[ink], COLOURS[background]];
  const distance = Math.hypot(...a.map((value, c) => value - (b[c] ?? 0)));
  const luminance = Math.abs(luma(a) - luma(b));
  return (
    distance >= LEAST_DISTANCE &&
    luminance >= LEAST_LUMINANCE_DIFFERENCE &&
    !NEVER_TRAINED.includes(`${ink} on ${background}`)
  );
}

function luma([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.3 * red + 0.59 * green + 0.11 * blue;
}
