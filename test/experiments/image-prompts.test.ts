import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ImageEngine, ImageJob } from "../../src/engine/image-engine.ts";
import { isTrainedPair, promptLevels } from "../../src/experiments/images/prompt-sets.ts";
import {
  findingWords,
  promptFinding,
  richnessCells,
  richnessCharts,
} from "../../src/experiments/images/richness-charts.ts";
import {
  judgePrompts,
  PROMPT_FINDING_REWARDS,
  type PromptRun,
} from "../../src/experiments/images/prompt-findings.ts";
import { measureRichness } from "../../src/experiments/images/richness.ts";
import { computableRewards, studyKey } from "../../src/experiments/images/studies.ts";
import { FINDING_SEEDS } from "../../src/experiments/findings.ts";
import { formatPrompt } from "../../src/prompt/format.ts";
import { promptTokens, saidSlots, type PromptTokens } from "../../src/prompt/slots.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import { COLOURS, type ImageSpec } from "../../src/spec/images/types.ts";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { attributesOf, engineOf } from "./prompt-engine.ts";

const spec: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1, steps: 2 },
  reward: { kind: "contrast" },
  evaluation: { ...IMAGE_DEFAULTS.evaluation, images: 40, study: "prompts" },
};
const cut: ImageSpec = { ...spec, evaluation: { ...spec.evaluation, promptSets: "cut" } };

const isSubset = (poor: PromptTokens, rich: PromptTokens) =>
  saidSlots(poor).every((slot) => poor[slot] === rich[slot]);

describe("sets of prompts", () => {
  test("go from one attribute to six, each prompt keeping what it said before", () => {
    const levels = promptLevels(spec, 20);
    expect(levels.map(({ attributes }) => attributes)).toEqual([1, 2, 3, 4, 5, 6]);
    levels.forEach(({ attributes, prompts }, k) => {
      expect(prompts).toHaveLength(20);
      prompts.forEach((prompt, i) => {
        expect(saidSlots(prompt)).toHaveLength(attributes);
        if (k > 0) expect(isSubset(levels[k - 1]!.prompts[i]!, prompt)).toBe(true);
      });
    });
  });

  test("are those of the seed, and others for another seed", () => {
    const texts = (seed: number) =>
      promptLevels({ ...spec, evaluation: { ...spec.evaluation, seed } }, 12)
        .at(-1)!
        .prompts.map(formatPrompt);
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  test("use the colours that training used", () => {
    const { colours, heldOutCombinations } = JSON.parse(
      readFileSync(`${ROOT}/src/train/data/rules.json`, "utf8"),
    ) as {
      colours: { minDistance: number; minLuminanceDifference: number };
      heldOutCombinations: { colours: readonly [string, string][] };
    };
    expect([colours.minDistance, colours.minLuminanceDifference]).toEqual([0.55, 0.15]);
    for (const [ink, background] of heldOutCombinations.colours)
      expect(isTrainedPair({ ink, background })).toBe(false);
    const pairs = COLOURS.flatMap((ink) => COLOURS.map((background) => ({ ink, background })));
    const trained = pairs.filter(isTrainedPair);
    // As many as SEEN_COLOURS of src/train/dataset.py holds.
    expect(trained.length).toBe(57);
    expect(trained.every(({ ink, background }) => ink !== background)).toBe(true);
  });

  test("cut from the present prompt end in that prompt, and need two attributes", () => {
    const levels = promptLevels(cut, 8);
    expect(levels.map(({ attributes }) => attributes)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(levels.at(-1)!.prompts.map(formatPrompt))).toEqual(new Set([spec.model.prompt]));
    expect(levels[0]!.prompts.every(({ character }) => character === "R")).toBe(true);
    // Orders differ from prompt to prompt.
    expect(new Set(levels[1]!.prompts.map(formatPrompt)).size).toBeGreaterThan(1);
    expect(() => promptLevels({ ...cut, model: { ...cut.model, prompt: "R" } }, 4)).toThrow(/model\.prompt/);
  });
});

describe("the study of prompts", () => {
  test("pairs by prompt and noise: two images of a prompt are one number", async () => {
    const jobs: ImageJob[] = [];
    const richness = await measureRichness(
      engineOf((a) => 1 / a, jobs),
      spec,
    );
    // Prompts come in whole pairs of neighbouring images with equal prompts, the same images at each level.
    for (const { prompt, count, first } of jobs) {
      expect(count % 2).toBe(0);
      expect(first % 2).toBe(0);
      for (let i = 0; i < count; i += 2)
        expect(prompt.slice(6 * i, 6 * i + 6)).toEqual(prompt.slice(6 * i + 6, 6 * i + 12));
    }
    const cells = richnessCells(spec, richness);
    expect(cells.map(({ attributes }) => attributes)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { attributes, gap, ode, diversityOde } of cells) {
      expect(gap.n).toBe(20);
      const wobbles = Array.from({ length: 20 }, (_, p) => 0.1 * Math.sin(1 + 7 * p + attributes));
      const mean = wobbles.reduce((a, b) => a + b, 0) / 20;
      expect(gap.value).toBeCloseTo(1 / attributes + mean, 12);
      // Rewards of a prompt's two images are (0, 1) or (2, 3): means 0.5 and 2.5.
      expect(ode.value).toBeCloseTo(1.5, 12);
      // Student's 2.093024 for 19 degrees of freedom in place of the normal 1.959964.
      expect(ode.se).toBeCloseTo(Math.sqrt(20 / 19 / 20) * (2.093024 / 1.959964), 6);
      expect(diversityOde).toMatchObject({ value: 0.5, se: 0, n: 20 });
    }
  });

  test("agrees, disagrees or is inconclusive by the interval of the fall of |gap|, whatever the sign", async () => {
    const verdictOf = async (gapAt: (attributes: number) => number) => {
      const finding = promptFinding(spec, await measureRichness(engineOf(gapAt), spec));
      return finding?.verdict;
    };
    expect(await verdictOf((a) => 1 / a)).toBe("agrees");
    expect(await verdictOf((a) => -1 / a)).toBe("agrees");
    expect(await verdictOf((a) => (a === 6 ? -0.1 : 1))).toBe("agrees");
    expect(await verdictOf((a) => a / 6)).toBe("disagrees");
    expect(await verdictOf((a) => -a / 6)).toBe("disagrees");
    expect(await verdictOf(() => 0.5)).toBe("inconclusive");
  });

  test("draws gap, reward and diversity, with claim, figures and verdict in words", async () => {
    const richness = await measureRichness(
      engineOf((a) => 1 / a),
      spec,
    );
    const charts = richnessCharts(spec, richness, { reward: "Contrast", unit: "" });
    expect(charts.map(({ id }) => id)).toEqual([
      "image-gap-prompts",
      "image-reward-prompts",
      "image-diversity-prompts",
    ]);
    expect(charts[0]!.summary).toMatch(/Published: .*Measured .*n = 20 prompts.*agrees with the finding/);
    expect(charts[1]!.series.map(({ id }) => id)).toEqual(["ode", "sde"]);
    expect(findingWords(null)).toContain("Not measured");
    const still = { ...spec, sampler: { ...spec.sampler, eta: 0 } };
    expect(promptFinding(still, richness)).toBeNull();
  });

  test("another reward needs no new images, other prompts do", async () => {
    const engine = engineOf((a) => a);
    const rewards = computableRewards(engine);
    expect(rewards.some(({ kind }) => kind === "aesthetic")).toBe(false);
    expect(rewards.filter(({ kind }) => kind === "colour")).toHaveLength(COLOURS.length);
    const richness = await measureRichness(engine, spec, { rewards });
    const other: ImageSpec = { ...spec, reward: { kind: "colour", colour: "red" } };
    expect(richnessCells(other, richness)).toHaveLength(6);
    expect(studyKey(other)).toBe(studyKey(spec));
    expect(studyKey(cut)).not.toBe(studyKey(spec));
    // A reward that was not judged has no levels.
    expect(richnessCells({ ...spec, reward: { kind: "aesthetic" } }, richness)).toEqual([]);
  });

  test("comes batch by batch and stops when cancelled", async () => {
    const own = new AbortController();
    const shares: number[] = [];
    const engine = engineOf((a) => a);
    const heeding: ImageEngine = {
      ...engine,
      run: (job, control) => {
        control?.signal?.throwIfAborted();
        return engine.run(job, control);
      },
    };
    const run = measureRichness(heeding, spec, {
      signal: own.signal,
      onBatch: (done, sofar) => {
        shares.push(done);
        expect(richnessCells(spec, sofar).map(({ gap }) => gap.n)).toEqual([8, 8, 8, 8, 8, 8]);
        own.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(shares).toEqual([0.4]);
  });

  test("tokens of a prompt are those that the engine takes", () => {
    const { prompts } = promptLevels(spec, 1)[0]!;
    expect(attributesOf({ prompt: [...promptTokens(prompts[0]!)], count: 1 } as unknown as ImageJob)).toEqual(
      [1],
    );
  });
});

describe("the finding on prompts over seeds", () => {
  /** A seed whose mean gap is `gaps[0]` at the poorest prompts and `gaps[1]` at the richest. */
  const runOf = (seed: number, gaps: readonly [number, number]): PromptRun => {
    const at = (value: number) => ({ value, se: 0.01, n: 20 });
    const level = (attributes: number, gap: number) => ({
      attributes,
      ...{ ode: at(0), sde: at(gap), gap: at(gap), size: at(Math.abs(gap)) },
      ...{ diversityOde: at(1), diversitySde: at(1) },
    });
    return { seed, rewards: PROMPT_FINDING_REWARDS.map(() => [level(1, gaps[0]), level(6, gaps[1])]) };
  };
  const seedsOf = (gapsOf: (seed: number) => readonly [number, number], count = FINDING_SEEDS) =>
    Array.from({ length: count }, (_, i) => runOf(i + 1, gapsOf(i + 1)));

  test("follows the fall of |gap|, whatever the gaps' signs, and takes five seeds", () => {
    const wobble = (seed: number) => 0.01 * Math.sin(7 * seed);
    const verdictOf = (runs: readonly PromptRun[]) => judgePrompts(runs).verdict;
    expect(verdictOf(seedsOf((s) => [1 + wobble(s), -0.2]))).toBe("agrees");
    expect(verdictOf(seedsOf((s) => [-1 + wobble(s), 0.2]))).toBe("agrees");
    expect(verdictOf(seedsOf((s) => [0.2, 1 + wobble(s)]))).toBe("disagrees");
    expect(verdictOf(seedsOf((s) => [0.5 + wobble(s), 0.5 - wobble(s + 9)]))).toBe("inconclusive");
    expect(verdictOf(seedsOf((s) => [1 + wobble(s), 0.2], FINDING_SEEDS - 1))).toBe("inconclusive");
    expect(judgePrompts([]).words).toContain("not measured");
  });

  test("takes a gap with the sign of its mean over seeds, so that noise about 0 is not taken for a gap", () => {
    // Gaps of the poorest prompts have mean 0 and size 1: naive sizes would agree, their mean says nothing.
    const runs = seedsOf((s) => [s === 3 ? 0 : (-1) ** s * (s < 3 ? 1 : 0.99), 0]);
    const [gap, size] = judgePrompts(runs).claims;
    expect(gap?.verdict).toBe("inconclusive");
    expect(Math.abs(gap?.measured.value ?? NaN)).toBeLessThan(0.01);
    expect(size?.measured.value).toBeLessThan(-0.7);
  });
});
