/**
 * Makes public/models/glyphs/aesthetic.json, the shipped preference model, from stated pairs:
 * `node src/cli/launch/run.mjs test/generate/preference.ts`. Of two images that the teacher draws for one prompt from one
 * noise, the one drawn in 8 steps is chosen over the one drawn in 2; a fifth of the pairs is held out.
 */
import { writeFileSync } from "node:fs";
import { openImageEngine } from "../../src/cli/image-engine.ts";
import { IMAGE_SIZE } from "../../src/engine/image-engine.ts";
import { gridArms, jobBase } from "../../src/experiments/images/plan.ts";
import {
  aestheticScores,
  PREFERENCE_FEATURES,
  preferenceFeatures,
} from "../../src/rewards/image/aesthetic.ts";
import { DEFAULT_RIDGE } from "../../src/rewards/image/bradley-terry.ts";
import { fitPreference, formatPreference } from "../../src/rewards/image/preference.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import { COLOURS } from "../../src/spec/images/types.ts";

const PROMPTS = 100;
const PER_PROMPT = 4;
const STEPS = { chosen: 8, other: 2 } as const;
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const CLASSES = ["serif", "sans", "mono", "display", "handwriting"];

/** Prompt number i of a fixed list that visits characters, classes and pairs of colours in turn. */
function promptOf(i: number): string {
  const ink = COLOURS[i % COLOURS.length] ?? "red";
  const background = COLOURS[(i * 3 + 7) % COLOURS.length] ?? "white";
  const character = CHARACTERS[(i * 17) % CHARACTERS.length] ?? "A";
  const on = ink === background ? "" : ` on ${background}`;
  return `${ink} ${CLASSES[i % CLASSES.length] ?? "serif"} ${character}${on}`;
}

const engine = await openImageEngine();
await engine.load("teacher");
const images = new Float32Array(2 * PROMPTS * PER_PROMPT * IMAGE_SIZE);
for (let i = 0; i < PROMPTS; i++) {
  for (const [side, steps] of [STEPS.chosen, STEPS.other].entries()) {
    const spec = {
      ...IMAGE_DEFAULTS,
      model: { ...IMAGE_DEFAULTS.model, weights: "teacher" as const, prompt: promptOf(i) },
      sampler: { ...IMAGE_DEFAULTS.sampler, steps },
    };
    const arm = gridArms(spec).arms[0];
    if (arm === undefined) throw new Error("preference: internal: a grid must have arms");
    const [drawn] = await engine.run({
      ...jobBase(spec),
      first: i * PER_PROMPT,
      count: PER_PROMPT,
      arms: [{ ...arm, frames: [] }],
      rewards: [],
    });
    images.set(drawn?.images ?? [], (2 * i + side) * PER_PROMPT * IMAGE_SIZE);
  }
}
const values = preferenceFeatures(PREFERENCE_FEATURES, images);
const pairs = Array.from({ length: PROMPTS * PER_PROMPT }, (_, p) => {
  const first = 2 * PER_PROMPT * Math.floor(p / PER_PROMPT) + (p % PER_PROMPT);
  return [first, first + PER_PROMPT, 1] as const;
});
const fitted = pairs.filter((_, p) => p % 5 !== 0);
const heldOut = pairs.filter((_, p) => p % 5 === 0);
const data = { names: PREFERENCE_FEATURES, values };
const draft = fitPreference({ ...data, source: "", pairs: fitted }, DEFAULT_RIDGE);
const scores = aestheticScores(draft, images);
const right = heldOut.filter(([a, b]) => (scores[a] ?? NaN) > (scores[b] ?? NaN)).length;
const source =
  `${fitted.length} pairs of images by the guided teacher, both for one prompt from one noise: the one drawn in ${STEPS.chosen} steps ` +
  `is chosen over the one drawn in ${STEPS.other}; of ${heldOut.length} held-out pairs ${right} are told right`;
const path = new URL("../../public/models/glyphs/aesthetic.json", import.meta.url);
writeFileSync(path, `${formatPreference({ ...draft, source })}\n`);
console.error(`${source}; mean log-likelihood ${draft.meanLogLikelihood.toFixed(3)}`);
process.exit(0);
