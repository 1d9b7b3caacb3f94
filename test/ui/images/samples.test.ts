import { describe, expect, it } from "vitest";
import { imageSpecKey } from "../../../src/lab/images/store.ts";
import type { ImageSamples } from "../../../src/lab/images/state.ts";
import { IMAGE_DEFAULTS } from "../../../src/spec/images/limits.ts";
import { createRandom, DATA_STREAM } from "../../../src/math/philox.ts";
import type { ImageSpec } from "../../../src/spec/images/types.ts";
import {
  bytesText,
  imageRunText,
  progressOf,
  runHint,
  shareHint,
  samplesStage,
  weightsText,
} from "../../../src/ui/images/image-run-words.ts";
import { drawnTiles } from "../../../src/ui/images/samples/drawn.ts";
import { etaSentence } from "../../../src/ui/images/samples/EtaLine.tsx";
import { teacherHint } from "../../../src/ui/images/samples/TeacherNote.tsx";
import { etaPlace } from "../../../src/ui/images/samples/eta-place.ts";
import {
  pictureCaption,
  pictureLayout,
  pictureName,
  pictureSpot,
} from "../../../src/ui/images/samples/grid-picture.ts";
import {
  columnsOf,
  framesOf,
  IMAGE_BYTES,
  pixelsAt,
  specOf,
} from "../../../src/ui/images/samples/pixels-at.ts";
import {
  lineText,
  rewardLine,
  samplesSentence,
  tileLabel,
} from "../../../src/ui/images/samples/reward-text.ts";
import { rowEstimates } from "../../../src/ui/images/samples/row-estimates.ts";
import { movedTo } from "../../../src/ui/images/samples/roving.ts";
import { orderOf } from "../../../src/ui/images/samples/sample-order.ts";
import { imageData, samplesFixture } from "./fixtures.ts";

/** Samples whose chosen reward has these values. */
function withRewards(ode: readonly number[], sde: readonly number[]): ImageSamples {
  const samples = samplesFixture({
    ...IMAGE_DEFAULTS,
    evaluation: { ...IMAGE_DEFAULTS.evaluation, tiles: ode.length },
  });
  const [a, b] = samples.rows;
  return {
    ...samples,
    rows: [
      { ...a, rewards: { ...a.rewards, boldness: Float64Array.from(ode) } },
      { ...b, rewards: { ...b.rewards, boldness: Float64Array.from(sde) } },
    ],
  };
}

describe("The order of the images", () => {
  const samples = withRewards([0.1, 0.9, 0.5, NaN], [0.8, 0.9, 0.1, 1]);
  it.each([
    ["noise", [0, 1, 2, 3]],
    ["ode", [1, 2, 0, 3]],
    ["sde", [3, 1, 0, 2]],
    ["gain", [0, 1, 2, 3]],
  ] as const)("by %s is %j: highest first, no value last", (order, expected) => {
    expect(orderOf(samples, order, "boldness")).toEqual(expected);
  });
  it("is that of the noise for a reward without values", () => {
    expect(orderOf(samples, "gain", "aesthetic")).toEqual([0, 1, 2, 3]);
  });
  it("is the same permutation for both rows, so that partners stay together", () => {
    const order = orderOf(samplesFixture(IMAGE_DEFAULTS), "gain", "contrast");
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });
});

describe("Bytes of an image", () => {
  const spec = { ...IMAGE_DEFAULTS, evaluation: { ...IMAGE_DEFAULTS.evaluation, tiles: 4 } };
  const samples = samplesFixture(spec);
  const [ode] = samples.rows;
  it("are those of its frame and tile, [frames, tiles, 32, 32, 4]", () => {
    const bytes = pixelsAt(ode, 4, "state", 2, 3);
    expect(bytes).toHaveLength(IMAGE_BYTES);
    expect(bytes.byteOffset).toBe((2 * 4 + 3) * IMAGE_BYTES);
    expect([...bytes.subarray(0, 8)]).not.toEqual([...pixelsAt(ode, 4, "state", 2, 2).subarray(0, 8)]);
  });
  it("of the last prediction stand in where the last frame has none", () => {
    expect(pixelsAt(ode, 4, "prediction", 4, 1).byteOffset).toBe(
      pixelsAt(ode, 4, "prediction", 3, 1).byteOffset,
    );
    expect(pixelsAt(ode, 4, "prediction", 2, 1).byteOffset).toBeLessThan(
      pixelsAt(ode, 4, "prediction", 3, 1).byteOffset,
    );
  });
});

describe("Frames", () => {
  it("carry the step they follow, all of them for few steps", () => {
    expect(framesOf(samplesFixture(IMAGE_DEFAULTS)).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  });
  it("carry evenly spread steps where there are more steps than frames", () => {
    const spec = { ...IMAGE_DEFAULTS, sampler: { ...IMAGE_DEFAULTS.sampler, steps: 32 } };
    const steps = framesOf(samplesFixture(spec)).map(({ step }) => step);
    expect(steps).toHaveLength(17);
    expect(steps.slice(0, 3)).toEqual([0, 2, 4]);
    expect(steps.at(-1)).toBe(32);
  });
  it("count themselves if the key is not of a spec", () => {
    const samples = { ...samplesFixture(IMAGE_DEFAULTS), specKey: "{" };
    expect(specOf(samples)).toBeNull();
    expect(framesOf(samples).at(-1)?.step).toBe(4);
  });
});

describe("The focus in a grid of 4 columns and 14 images", () => {
  it.each([
    ["ArrowRight", 5, 6],
    ["ArrowLeft", 0, 0],
    ["ArrowDown", 5, 9],
    ["ArrowDown", 12, 12],
    ["ArrowUp", 2, 2],
    ["ArrowUp", 13, 9],
    ["Home", 9, 0],
    ["End", 2, 13],
    ["a", 2, null],
  ])("goes by %s from %i to %s", (key, from, to) => expect(movedTo(key, from, 4, 14)).toBe(to));
});

describe("The place of eta", () => {
  it("runs from 0 at eta = 0 over the middle at 1 to the end", () => {
    expect([0, 1, Infinity].map(etaPlace)).toEqual([0, 0.5, 1]);
    const places = [0, 0.1, 1, 2, 50].map(etaPlace);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe("What eta means", () => {
  it("is said to be nothing with one step, and something with two", () => {
    for (const eta of [0, 1, 2]) expect(etaSentence(eta, 1)).toMatch(/^With one step η has no part/);
    expect(etaSentence(1, 2)).toMatch(/^η = 1: each step swaps as much noise/);
  });
});

describe("The teacher with few steps", () => {
  const hint = (weights: "student" | "teacher", eta: number, steps: number) =>
    teacherHint({
      model: { ...IMAGE_DEFAULTS.model, weights },
      sampler: { ...IMAGE_DEFAULTS.sampler, eta, steps },
    });
  it("is told, earlier where the sampler adds noise", () => {
    expect(hint("teacher", 1, 4)).toMatch(/made for 8 to 32 steps.*this is N = 4\.$/);
    expect([hint("teacher", 0, 7), hint("teacher", 1, 15)].every((text) => text !== null)).toBe(true);
    // Controls: enough steps, and the student, which is made for few.
    for (const none of [hint("teacher", 0, 8), hint("teacher", 1, 16), hint("student", 1, 1)])
      expect(none).toBeNull();
  });
});

describe("A prompt with mistakes", () => {
  const PROMPT = IMAGE_DEFAULTS.model.prompt;
  it("is told above the images, with the prompt that they are of", () => {
    const stage = samplesStage(imageData({ refusedPrompt: "boldd R" }));
    expect(stage).toEqual({
      kind: "old",
      text: `The prompt has mistakes: these are images of “${PROMPT}”.`,
    });
    const other = { ...IMAGE_DEFAULTS, sampler: { ...IMAGE_DEFAULTS.sampler, eta: 2 } };
    const old = imageData({ spec: other, samples: samplesFixture(IMAGE_DEFAULTS), refusedPrompt: "boldd" });
    expect(samplesStage(old).text).toMatch(/^The prompt has mistakes\. Images of an earlier setting/);
    // Control: a good prompt needs no word.
    expect(samplesStage(imageData()).text).not.toContain("mistakes");
  });
  it("is told in the strip with the images shown, and keeps the run button off, unless a run is under way", () => {
    const refused = imageData({ refusedPrompt: "boldd R" });
    expect(imageRunText(refused)).toBe(`The prompt has mistakes: shown are images of “${PROMPT}”.`);
    expect(imageRunText({ ...refused, samples: null })).toBe(
      "The prompt has mistakes; no images are drawn yet.",
    );
    expect([progressOf(refused), runHint(refused)]).toEqual([0, "The prompt has mistakes; mend it to run"]);
    const running = { phase: "running", stage: "preview", done: 0.25, etaMs: 2000 } as const;
    expect(imageRunText({ ...refused, run: running })).toBe("Drawing the images, 25 % done, about 2 s left");
    expect(progressOf({ ...refused, run: running })).toBe(0.25);
    // Control: a good prompt.
    expect(imageRunText(imageData())).toMatch(/^Done: /);
    expect([progressOf(imageData()), runHint(imageData())]).toEqual([1, null]);
  });
  it("is told of the negative prompt too, with what the images avoid", () => {
    const model = { ...IMAGE_DEFAULTS.model, weights: "teacher", negative: "light" } as const;
    const refused = imageData({ spec: { ...IMAGE_DEFAULTS, model }, refusedNegative: "blue" });
    const weights = { ...refused.weights, teacher: { phase: "ready", bytes: 1 } } as const;
    const shown = `“${PROMPT}”, avoiding “light”.`;
    expect(samplesStage(refused).text).toBe(`The negative prompt has mistakes: these are images of ${shown}`);
    expect(imageRunText({ ...refused, weights })).toBe(
      `The negative prompt has mistakes: shown are images of ${shown}`,
    );
    expect(runHint(refused)).toBe("The negative prompt has mistakes; mend it to run");
    expect(shareHint(refused)).toContain(shown);
  });
  it("is told beside the link, which holds the last good one", () => {
    expect(shareHint(imageData({ refusedPrompt: "boldd R" }))).toContain(`“${PROMPT}”`);
    expect(shareHint(imageData())).toBeNull();
  });
});

describe("The picture to save", () => {
  it("is named after prompt, eta, N and seed", () => {
    expect(pictureName(IMAGE_DEFAULTS)).toBe("etalon-bold-blue-serif-R-on-white-eta-1-N-4-seed-1.png");
    const other = { ...IMAGE_DEFAULTS, model: { ...IMAGE_DEFAULTS.model, prompt: "" } };
    expect(pictureName({ ...other, sampler: { ...other.sampler, eta: 0.5, steps: 2 } })).toBe(
      "etalon-no-prompt-eta-0.5-N-2-seed-1.png",
    );
  });
  it.each([4, 10, 16, 36, 64])(
    "holds %i images of both rows without overlap, a whole multiple of 32 each",
    (tiles) => {
      const layout = pictureLayout(tiles);
      expect(layout.side % 32).toBe(0);
      expect(columnsOf(tiles) ** 2).toBeGreaterThanOrEqual(tiles);
      const spots = ([0, 1] as const).flatMap((row) =>
        Array.from({ length: tiles }, (_, place) => pictureSpot(layout, row, place)),
      );
      for (const [x, y] of spots) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + layout.side).toBeLessThanOrEqual(layout.width);
        expect(y + layout.side).toBeLessThanOrEqual(layout.height);
      }
      const overlapping = spots.flatMap(([x, y], i) =>
        spots.slice(i + 1).filter(([u, v]) => Math.abs(x - u) < layout.side && Math.abs(y - v) < layout.side),
      );
      expect(overlapping).toEqual([]);
    },
  );
  it("names the prompt, the network, N and the seed", () => {
    expect(pictureCaption(IMAGE_DEFAULTS)).toBe("“bold blue serif R on white”, student, N = 4, seed 1");
    const teacher: ImageSpec = {
      ...IMAGE_DEFAULTS,
      model: { ...IMAGE_DEFAULTS.model, weights: "teacher", prompt: "" },
    };
    expect(pictureCaption(teacher)).toContain("no prompt, teacher, guidance 2");
  });
});

describe("Rewards in words", () => {
  const samples = withRewards([0.25, 0.5], [0.75, 0.25]);
  it("are those of the pair, or the means", () => {
    expect(rewardLine(samples, "boldness", 0)).toMatchObject({ ode: "0.250", sde: "0.750", gain: "0.500" });
    // Means of (0.25, 0.5), (0.75, 0.25) and of the differences (0.5, -0.25); half widths 12.7 |a - b| / 2 by Student's
    // law with one degree of freedom.
    expect(rewardLine(samples, "boldness", null)).toMatchObject({
      ode: "0.4 ± 1.6",
      sde: "0.5 ± 3.2",
      gain: "0.1 ± 4.8",
      n: 2,
    });
  });
  it("give means their errors and n, and the difference the error of pairs", () => {
    // Both rows spread widely, but every pair differs by nearly the same: only pairing gives the small error.
    const close = withRewards([0.1, 0.5, 0.9, 0.3], [0.101, 0.5012, 0.9008, 0.301]);
    const { gap, ode } = rowEstimates(close, "boldness") ?? {};
    expect(gap?.value).toBeCloseTo(0.001, 12);
    expect(gap?.n).toBe(4);
    // Student's 3.182446 for 3 degrees of freedom in place of the normal 1.959964.
    expect(gap?.se).toBeCloseTo(Math.sqrt((2 * 0.0002 ** 2) / 3 / 4) * (3.182446 / 1.959964), 9);
    expect(ode?.se).toBeGreaterThan(0.1);
    expect(lineText(rewardLine(close, "boldness", null), null)).toBe(
      "Mean boldness: ODE 0.45 ± 0.54, SDE 0.45 ± 0.54, difference 0.00100 ± 0.00026 (95 %, n = 4)",
    );
  });
  it("show the difference of a pair to two digits, and both values to the same place", () => {
    const close = withRewards([0.18231, 0.2], [0.18199, 0.2]);
    expect(lineText(rewardLine(close, "boldness", 0), 4)).toBe(
      "Pair 5, boldness: ODE 0.18231, SDE 0.18199, difference −0.00032",
    );
    // Control: equal values need no more digits than usual.
    expect(rewardLine(close, "boldness", 1)).toMatchObject({ ode: "0.200", sde: "0.200", gain: "0.000" });
  });
  it("show as difference of a pair what the shown values differ by", () => {
    const text = (ode: number, sde: number) =>
      lineText(rewardLine(withRewards([ode], [sde]), "boldness", 0), 0).replaceAll("−", "-");
    // Each rounded by itself to four decimals: 0.1508, 0.1463 and -0.0046.
    expect(text(0.15084, 0.14628)).toContain("ODE 0.15084, SDE 0.14628, difference -0.00456");
    const random = createRandom(11, DATA_STREAM);
    let byThemselves = 0;
    for (let i = 0; i < 300; i++) {
      const [ode, sde] = [random.uniform(), random.uniform()];
      const [a = NaN, b = NaN, gain = NaN] = [...text(ode, sde).matchAll(/-?[\d.]+(?:e-\d+)?(?=,|$)/g)]
        .map(Number)
        .slice(-3);
      // The texts have at most 7 decimals; doubles of about 1 hold 16.
      expect(Math.abs(b - a - gain), `${ode} ${sde}`).toBeLessThan(1e-12);
      // Three digits of numbers below 1, and no more than the difference is worth.
      expect(Math.abs(gain - (sde - ode))).toBeLessThan(1e-3);
      const fixed = [ode, sde, sde - ode].map((value) => Number(value.toFixed(3)));
      if (Math.abs((fixed[1] ?? 0) - (fixed[0] ?? 0) - (fixed[2] ?? 0)) > 1e-4) byThemselves++;
    }
    // Control: rounded by themselves a quarter of such triples do not add up.
    expect(byThemselves).toBeGreaterThan(30);
  });
  it("are all of one reward: the gap that is said is that of the reward that is named", () => {
    // The samples carry the gap of the reward they were drawn for.
    const shown: ImageSamples = { ...samples, gap: { value: -7, se: 1, n: 2 } };
    expect(samplesSentence(shown, "boldness")).toBe(
      "2 pairs of images. Mean boldness: ODE 0.4 ± 1.6, SDE 0.5 ± 3.2, difference 0.1 ± 4.8 (95 %, n = 2).",
    );
    for (const kind of ["boldness", "contrast"] as const)
      expect(samplesSentence(shown, kind)).not.toContain("−7");
    expect(rowEstimates(shown, "contrast")?.gap.value).not.toBeCloseTo(
      rowEstimates(shown, "boldness")?.gap.value ?? NaN,
      6,
    );
    expect(rowEstimates(shown, "aesthetic")).toBeNull();
  });
  it("give the reason where there is no value", () => {
    expect(rewardLine(samples, "aesthetic", 0).missing).toBe("its preference model is not here");
    expect(samplesSentence(samples, "aesthetic")).toContain("its preference model is not here");
  });
  it("name an image by row, place, reward and partner", () => {
    expect(tileLabel(samples, 1, 0, 1, "boldness")).toBe("SDE image 1 of 2, boldness 0.250, partner 0.500");
    expect(tileLabel(samples, 0, 1, 1, "boldness")).toBe("ODE image 2 of 2, boldness 0.500, partner 0.250");
  });
});

describe("A grid that is still being drawn", () => {
  const whole = withRewards([0.25, 0.5, 1], [0.75, 0.25, 1]);
  const part: ImageSamples = {
    ...whole,
    rows: whole.rows.map((row) => ({
      ...row,
      rewards: Object.fromEntries(
        Object.entries(row.rewards).map(([kind, values]) => [
          kind,
          values && Float64Array.from(values, (value, tile) => (tile === 2 ? NaN : value)),
        ]),
      ),
    })) as unknown as ImageSamples["rows"],
  };
  it("counts the pairs that are there, and means are over those", () => {
    expect([drawnTiles(whole), drawnTiles(part)]).toEqual([3, 2]);
    expect(rewardLine(part, "boldness", null)).toMatchObject({ sde: "0.5 ± 3.2", n: 2 });
    expect(samplesSentence(part, "boldness")).toContain("2 of 3 pairs");
  });
  it("says of the others that they are to come", () => {
    expect(rewardLine(part, "boldness", 2).missing).toBe("not drawn yet");
    expect(tileLabel(part, 0, 2, 2, "boldness")).toBe("ODE image 3 of 3, not drawn yet");
    const spec = { ...IMAGE_DEFAULTS, evaluation: { ...IMAGE_DEFAULTS.evaluation, tiles: 3 } };
    expect(samplesStage(imageData({ spec, samples: part })).text).toContain("2 of 3 pairs drawn");
  });
  it("takes an image without one of its rewards for drawn", () => {
    const [a, b] = whole.rows;
    const lame = { ...a, rewards: { ...a.rewards, boldness: Float64Array.from([NaN, 1, 1]) } };
    expect(drawnTiles({ tiles: 3, rows: [lame, b] })).toBe(3);
  });
});

describe("The status", () => {
  it("speaks of the weights in bytes while they come", () => {
    const weights = {
      student: { phase: "loading", bytes: 2_100_000, total: 6_300_000, cached: false },
      teacher: { phase: "none" },
    } as const;
    const state = imageData({ weights, run: { phase: "preparing" } });
    expect(imageRunText(state)).toBe("Weights: 2.1 MB of 6.3 MB loaded …");
    expect(progressOf(state)).toBeCloseTo(1 / 3, 12);
    expect(weightsText({ ...weights.student, cached: true })).toContain("cache");
    expect(bytesText(412_345)).toBe("412 KB");
  });
  it("speaks of the weights in use, not of the others", () => {
    const weights = {
      student: { phase: "ready", bytes: 1 },
      teacher: { phase: "failed", message: "cut off" },
    } as const;
    expect(imageRunText(imageData({ weights }))).toContain("Done");
    const spec: ImageSpec = { ...IMAGE_DEFAULTS, model: { ...IMAGE_DEFAULTS.model, weights: "teacher" } };
    expect(imageRunText(imageData({ weights, spec }))).toContain("cut off");
  });
  it("tells stored, old and present images apart", () => {
    const other = { ...IMAGE_DEFAULTS, sampler: { ...IMAGE_DEFAULTS.sampler, eta: 2 } };
    expect(samplesStage(imageData()).kind).toBe("current");
    expect(samplesStage(imageData({ samples: samplesFixture(IMAGE_DEFAULTS, "stored") })).kind).toBe(
      "stored",
    );
    expect(samplesStage(imageData({ spec: other, samples: samplesFixture(IMAGE_DEFAULTS) })).kind).toBe(
      "old",
    );
    expect(samplesStage(imageData({ samples: null })).kind).toBe("none");
    expect(imageSpecKey(other)).not.toBe(imageSpecKey(IMAGE_DEFAULTS));
  });
});
