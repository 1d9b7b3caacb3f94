/** Slopes of the rewards of classifiers along the members' log-probabilities, for gradients through the classifiers. */
import { type PromptTokens, saidSlots, SLOT_NAMES, SLOT_VALUES, type SlotName } from "../../prompt/slots.ts";
import { ensembleLogProbs, LEAST_LOG_PROB, type SlotLogProbs } from "./classifier.ts";

/** A value of a slot whose log-probability counts in an image's reward, and how much. */
interface Counted {
  readonly slot: SlotName;
  readonly value: number;
  readonly share: number;
}

/**
 * For each member [n, values] per slot the slope of `scale` times the reward of images [n] with prompts [n]. The ensemble's
 * log p is the log of the mean of the members' p_m, whose slope along log p_m is p_m / sum p; 0 below the least that counts.
 */
export function memberSlopes(
  kind: "alignment" | "legibility",
  members: readonly SlotLogProbs[],
  asked: readonly PromptTokens[],
  scale: number,
): SlotLogProbs[] {
  const ensemble = ensembleLogProbs(members);
  const slopes = members.map(() => noSlopes(asked.length));
  asked.forEach((prompt, image) => {
    const counted = kind === "alignment" ? alignmentParts(prompt) : [legibilityPart(prompt, ensemble, image)];
    for (const { slot, value, share } of counted) {
      const at = image * SLOT_VALUES[slot].length + value;
      const whole = ensemble[slot][at] ?? NaN;
      if (whole <= LEAST_LOG_PROB) continue;
      slopes.forEach((own, m) => {
        const part = members[m]?.[slot][at] ?? NaN;
        own[slot][at] = (scale * share * Math.exp(part - whole)) / members.length;
      });
    }
  });
  return slopes;
}

function alignmentParts(prompt: PromptTokens): Counted[] {
  const said = saidSlots(prompt);
  return said.map((slot) => ({
    slot,
    value: SLOT_VALUES[slot].indexOf(prompt[slot] ?? ""),
    share: 1 / said.length,
  }));
}

/** The asked character, or where none is asked for, the likeliest. */
function legibilityPart({ character }: PromptTokens, ensemble: SlotLogProbs, image: number): Counted {
  const values = SLOT_VALUES.character;
  const row = Array.from(ensemble.character.subarray(image * values.length, (image + 1) * values.length));
  const value = character === null ? row.indexOf(Math.max(...row)) : values.indexOf(character);
  return { slot: "character", value, share: 1 };
}

function noSlopes(images: number): Record<SlotName, Float64Array> {
  const rows = SLOT_NAMES.map((slot) => [slot, new Float64Array(images * SLOT_VALUES[slot].length)] as const);
  return Object.fromEntries(rows) as Record<SlotName, Float64Array>;
}
