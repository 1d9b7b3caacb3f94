import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { IMAGE_SIZE } from "../../src/engine/image-engine.ts";
import { evaluationClassifier } from "../../src/engine/images/evaluation-classifier.ts";
import { rewardClassifier } from "../../src/engine/images/reward-classifier.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import { checkFile, readManifest } from "../../src/network/manifest.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import { SLOT_NAMES, SLOT_VALUES } from "../../src/prompt/slots.ts";
import { ensembleLogProbs, type SlotLogProbs } from "../../src/rewards/image/classifier.ts";

const MODELS = join(ROOT, "public/models/glyphs");
const here = (name: string) => new URL(`./golden/${name}`, import.meta.url);

interface Reading {
  readonly sha256: string;
  /** [n][6] what PyTorch reads, and how far ahead of the next value it is, nats. */
  readonly guesses: readonly (readonly number[])[];
  readonly lead: readonly (readonly number[])[];
}
interface EvaluationSet {
  readonly count: number;
  readonly ink: readonly (readonly number[])[];
  readonly background: readonly (readonly number[])[];
  readonly prompts: readonly (readonly number[])[];
  readonly readings: Readonly<Record<"reward" | "evaluation", Reading>>;
}
const set = JSON.parse(readFileSync(here("evaluation-set.json"), "utf8")) as EvaluationSet;
const coverage = gunzipSync(readFileSync(here("evaluation-set.bin.gz")));

/** f32 sums in another order move log-probabilities by some 1e-5; a lead below this may turn. */
const CLOSE = 1e-3;

const images = Float32Array.from({ length: set.count * IMAGE_SIZE }, (_, at) => {
  const [image, channel] = [Math.floor(at / IMAGE_SIZE), Math.floor((at % IMAGE_SIZE) / 1024)];
  const back = set.background[image]![channel]!;
  const share = coverage[image * 1024 + (at % 1024)]! / 255;
  return (back + (set.ink[image]![channel]! - back) * share) * 2 - 1;
});

/** Some of the images with their rows in reverse order. */
const TURNED = 60;
const turnedOver = images
  .slice(0, TURNED * IMAGE_SIZE)
  .map((_, at) => images[at + 32 * (31 - 2 * (Math.floor(at / 32) % 32))]!);

async function read(kind: "reward" | "evaluation", seen = images): Promise<SlotLogProbs> {
  const manifest = readManifest(JSON.parse(readFileSync(join(MODELS, `${kind}-classifiers.json`), "utf8")));
  const bytes = new Uint8Array(readFileSync(join(MODELS, manifest.file)));
  await checkFile(bytes, manifest);
  expect(manifest.sha256).toBe(set.readings[kind].sha256);
  const file = readSafetensors(bytes);
  const answers: SlotLogProbs[] = [];
  for (const [member, heats] of (manifest.about.temperatures as number[][]).entries())
    answers.push(
      kind === "reward"
        ? await rewardClassifier(file, member, heats).logProbabilities(seen)
        : (await evaluationClassifier(file, member, heats)(seen)).logProbs,
    );
  return ensembleLogProbs(answers);
}

/** [n][6] the likeliest values. */
function guessesOf(logProbs: SlotLogProbs): number[][] {
  return Array.from({ length: logProbs.ink.length / SLOT_VALUES.ink.length }, (_, image) =>
    SLOT_NAMES.map((slot) => {
      const size = SLOT_VALUES[slot].length;
      const row = [...logProbs[slot].subarray(image * size, (image + 1) * size)];
      return row.indexOf(Math.max(...row));
    }),
  );
}

/** Share read as labelled, over the images whose font says. */
function accuracy(guesses: readonly (readonly number[])[], slot: number) {
  const said = guesses.flatMap((_, image) =>
    set.prompts[image]![slot]! < SLOT_VALUES[SLOT_NAMES[slot]!].length ? [image] : [],
  );
  const right = said.filter((image) => guesses[image]![slot] === set.prompts[image]![slot]).length;
  return { share: right / said.length, n: said.length };
}

describe.each(["reward", "evaluation"] as const)("The %s classifiers that ship", (kind) => {
  let guesses: number[][] = [];
  beforeAll(async () => {
    await startNodeWasm("evaluation set");
    guesses = guessesOf(await read(kind));
  });

  test("read the evaluation set as PyTorch does, wherever one value is clearly ahead", () => {
    const { guesses: expected, lead } = set.readings[kind];
    const clear = lead.flatMap((row, image) =>
      row.flatMap((gap, slot) => (gap > CLOSE ? [[image, slot]] : [])),
    );
    expect(clear.length).toBeGreaterThan(0.98 * 6 * set.count);
    for (const [image, slot] of clear)
      expect([image, slot, guesses[image!]![slot!]]).toEqual([image, slot, expected[image!]![slot!]]);
  });

  test.each(SLOT_NAMES.map((name, slot) => [name, slot] as const))(
    "read %s about as well as their manifest says",
    (name, slot) => {
      const metrics = (
        JSON.parse(readFileSync(join(MODELS, `${kind}-classifiers.json`), "utf8")) as {
          metrics: { heldOutFamilies: Record<string, { accuracy: number; n: number }> };
        }
      ).metrics.heldOutFamilies[name]!;
      const { share, n } = accuracy(guesses, slot);
      // Two shares of n and n' images; one image either way is within rounding when all are right.
      const p = metrics.accuracy;
      const se = Math.sqrt(p * (1 - p) * (1 / n + 1 / metrics.n));
      expect(Math.abs(share - p)).toBeLessThan(4.5 * se + 1 / n);
    },
  );

  test("read fewer characters in images turned upside down (control)", async () => {
    const upright = accuracy(guesses, 0).share;
    const turned = accuracy(guessesOf(await read(kind, turnedOver)), 0).share;
    expect(turned).toBeLessThan(upright / 2);
  });
});

test("TensorFlow.js keeps no tensor but the classifiers' own", () => {
  const perMember = { reward: 4 * 4 + 2 + 12, evaluation: 7 * 2 + 2 + 12 };
  // Two members each, opened twice by the tests above.
  expect(tf.memory().numTensors).toBe(2 * 2 * (perMember.reward + perMember.evaluation));
});
