import { describe, expect, test } from "vitest";
import {
  IMAGE_SIZE,
  type ImageArmResult,
  type ImageEngine,
  type ImageJob,
} from "../../src/engine/image-engine.ts";
import { createImagePool, splitImages } from "../../src/engine/images/pool.ts";
import { createLocalImageEngine } from "../../src/engine/images/local.ts";
import { cellsOf, type ImageCell, measureSweep, sweepPlaces } from "../../src/experiments/images/cells.ts";
import { imageCharts } from "../../src/experiments/images/charts.ts";
import { diversityOf, runGrid } from "../../src/experiments/images/grid.ts";
import {
  completedJob,
  drawnPrompts,
  frameNumbers,
  imageCoefficients,
  jobBase,
  promptProblem,
} from "../../src/experiments/images/plan.ts";
import { studyCharts, studyKey } from "../../src/experiments/images/studies.ts";
import { contactSheet } from "../../src/experiments/images/sheet.ts";
import type { NetworkModel } from "../../src/network/model.ts";
import { sampleImages } from "../../src/network/sampler.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import type { ImageSpec } from "../../src/spec/images/types.ts";

const spec: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: { ...IMAGE_DEFAULTS.sampler, eta: 1.2, steps: 3 },
  reward: { kind: "smoothness" },
  evaluation: {
    tiles: 6,
    images: 20,
    etas: [0, 2],
    steps: [1, 3],
    seed: 7,
    study: "sampler",
    promptSets: "drawn",
  },
};

/** The exact denoiser of N(m, v I) images under the flow, so that all laws are known; m depends on the prompt. */
function gaussianNetwork(calls: number[] = []): NetworkModel {
  return {
    predict: (x, t, _s, prompts) => {
      calls.push(x.length / IMAGE_SIZE);
      const v = 0.04;
      const gain = ((1 - t) * v) / ((1 - t) ** 2 * v + t * t);
      const out = x.map((value, j) => {
        const said = prompts[6 * Math.floor(j / IMAGE_SIZE)] ?? 0;
        const m = said === 62 ? 0 : 0.3;
        return m + gain * (value - (1 - t) * m);
      });
      return Promise.resolve(out);
    },
  };
}

function engineOf(network = gaussianNetwork()): ImageEngine {
  return createLocalImageEngine({
    info: { kind: "wasm", adapter: "test", reason: "" },
    open: () => Promise.resolve({ sample: (run, control) => sampleImages(network, run, control), bytes: 1 }),
    openJudges: () => Promise.resolve([]),
    openEvaluation: () => Promise.reject(new Error("evaluation: no classifiers in this test")),
    preference: "preference: no model in this test",
  });
}

async function loaded(network?: NetworkModel): Promise<ImageEngine> {
  const engine = engineOf(network);
  await engine.load("student");
  await engine.load("teacher");
  return engine;
}

describe("the plan of an image experiment", () => {
  test("starts at t = 0.99, ends at 0, and keeps eta = 0 free of noise", () => {
    const steps = imageCoefficients(spec, 0, 3);
    expect(steps.map((step) => step.cz)).toEqual([0, 0, 0]);
    expect([steps[0]!.t, steps[2]!.s]).toEqual([0.99, 0]);
    expect(imageCoefficients(spec, 1.2, 3).some((step) => step.cz > 0)).toBe(true);
  });

  test("follows every step of few, and seventeen frames of many", () => {
    expect(frameNumbers(4)).toEqual([0, 1, 2, 3, 4]);
    const many = frameNumbers(100);
    expect(many.length).toBe(17);
    expect([many[0], many.at(-1)]).toEqual([0, 100]);
    expect(new Set(many).size).toBe(17);
  });

  test("guides the teacher only", () => {
    expect(jobBase(spec).negative).toBeNull();
    const taught = { ...spec, model: { ...spec.model, weights: "teacher" as const, guidance: 3 } };
    expect(jobBase(taught)).toMatchObject({ guidance: 3, negative: [62, 4, 2, 5, 10, 10] });
  });

  test("completes prompts image by image, the same whatever is drawn together, and judges by what was asked", () => {
    const drawn: ImageSpec = { ...spec, model: { ...spec.model, prompt: "red A", completion: "drawn" } };
    const job = (first: number, count: number): ImageJob => ({
      ...jobBase(drawn),
      first,
      count,
      arms: [],
      rewards: [],
    });
    const all = completedJob(drawn, job(0, 8));
    expect(all.prompt.length).toBe(8 * 6);
    expect(all.asked).toEqual(Array.from({ length: 8 }, () => [...jobBase(drawn).prompt]).flat());
    expect(completedJob(drawn, job(5, 3)).prompt).toEqual(all.prompt.slice(5 * 6));
    const texts = drawnPrompts(drawn, 8)!;
    expect(texts.every((text) => /\bred\b.*\bletter A|\bred\b.*\bA\b/.test(text))).toBe(true);
    expect(new Set(texts).size).toBeGreaterThan(4);
    const otherSeed = { ...drawn, evaluation: { ...drawn.evaluation, seed: 8 } };
    expect(drawnPrompts(otherSeed, 8)).not.toEqual(texts);
    // The control: left to the network, the job stays as it is.
    expect(completedJob(spec, job(0, 8))).toEqual(job(0, 8));
    expect(drawnPrompts(spec, 8)).toBeNull();
  });

  test("refuses a prompt with a word it does not know, by name", () => {
    expect(promptProblem("bold A")).toBeNull();
    expect(promptProblem("bold zebra A")).toContain("zebra");
    expect(() => jobBase({ ...spec, model: { ...spec.model, prompt: "zebra" } })).toThrow(/model\.prompt/);
  });

  test("asks for each pair of eta and N once", () => {
    const places = sweepPlaces(spec).map(({ eta, steps }) => `${eta} ${steps}`);
    expect(places).toEqual(["0 1", "1.2 1", "0 3", "1.2 3", "2 3"]);
  });
});

describe("measured cells", () => {
  test("are paired by noise: the gap is the difference of rewards, image by image", async () => {
    const engine = await loaded();
    const cells = cellsOf(await measureSweep(engine, spec), spec.reward);
    const base = jobBase(spec);
    const arms = [0, 2].map((eta) => ({ coefficients: imageCoefficients(spec, eta, 3), frames: [] }));
    const [ode, sde] = await engine.run({
      ...base,
      first: 0,
      count: 20,
      arms,
      rewards: [{ kind: "smoothness" }],
    });
    const differences = Array.from(sde!.rewards[0]!, (value, i) => value - ode!.rewards[0]![i]!);
    const mean = differences.reduce((a, b) => a + b, 0) / 20;
    const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 19;
    const cell = cells.find(({ eta, steps }) => eta === 2 && steps === 3)!;
    // Sums of 20 numbers of size 1 in f64.
    expect(cell.gap.value).toBeCloseTo(mean, 12);
    // Student's 2.093024 for 19 degrees of freedom in place of the normal 1.959964; both to six digits behind the point.
    expect(cell.gap.se / (Math.sqrt(variance / 20) * (2.093024 / 1.959964))).toBeCloseTo(1, 6);
    expect(cell.gap.n).toBe(20);
    expect(cells.filter(({ eta }) => eta === 0).map(({ gap }) => gap.value)).toEqual([0, 0]);
  });

  test("find the gap of a known law: noise of the sampler shows in the mean square", async () => {
    // gDDIM is exact in law for no Gaussian at 1 step: all of them then give the mean, and no gap at all.
    const cells = cellsOf(await measureSweep(await loaded(), spec), spec.reward);
    const one = cells.filter(({ steps }) => steps === 1);
    for (const { gap } of one) expect(gap.value).toBe(0);
    const three = cells.find(({ eta, steps }) => eta === 2 && steps === 3)!;
    expect(Math.abs(three.gap.value)).toBeGreaterThan(4.5 * three.gap.se);
  });

  test("come batch by batch, with growing n, and stop when cancelled", async () => {
    const own = new AbortController();
    const seen: number[] = [];
    const engine = await loaded();
    const run = measureSweep(engine, spec, {
      signal: own.signal,
      onBatch: (done, sweep) => {
        seen.push(done);
        expect(cellsOf(sweep, spec.reward)[0]!.reward.n).toBeGreaterThan(0);
        if (seen.length === 2) own.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(seen.length).toBe(2);
  });
});

describe("the charts of an image experiment", () => {
  const cell = (eta: number, steps: number, value: number): ImageCell => ({
    eta,
    steps,
    reward: { value, se: 0.1, n: 20 },
    gap: { value: value - 1, se: 0.05, n: 20 },
    lost: 0,
  });
  const cells = [cell(0, 1, 1), cell(1.2, 1, 1.5), cell(0, 3, 1), cell(1.2, 3, 2), cell(2, 3, 3)];

  test("hold the cells in their places, with a sentence of the largest gap", () => {
    const charts = imageCharts(spec, cells, { reward: "Smoothness", unit: "" });
    expect(charts.map(({ id }) => id)).toEqual([
      "image-gap-eta",
      "image-reward-eta",
      "image-gap-steps",
      "image-reward-steps",
    ]);
    expect(charts[0]!.series[0]!.points.map(({ x }) => x)).toEqual([0, 1.2, 2]);
    expect(charts[0]!.summary).toContain("η = 2");
    expect(charts[0]!.summary).toContain("n = 20");
    expect(charts[3]!.series.map(({ id }) => id)).toEqual(["ode", "sde"]);
  });

  test("name no largest gap where every interval holds 0, and none that chance explains", () => {
    // 1.96 * 0.05 = 0.098: gaps of 0.09 and -0.05 are within, 0.11 is beyond.
    const summaries = (...values: readonly [number, number, number]) => {
      const [a, b, c] = values.map((gap) => 1 + gap);
      const seen = [cell(0, 3, 1), cell(1.2, 3, a ?? 1), cell(2, 3, b ?? 1), cell(1.2, 1, c ?? 1)];
      const charts = imageCharts(spec, seen, { reward: "Smoothness", unit: "" });
      return [charts[0]?.summary, charts[2]?.summary];
    };
    for (const summary of summaries(0.09, -0.05, 0.01)) {
      expect(summary).toContain("no gap differs from 0 at this n: every 95 % interval holds 0 (n = 20)");
      expect(summary).not.toContain("largest");
    }
    expect(summaries(0.09, -0.11, 0.01)[0]).toContain("largest gap measured is at η = 2");
    expect(summaries(0.09, -0.05, 0.11)[1]).toContain("largest gap measured is at N = 1");
  });

  test("tell gaps that are exactly 0 from those that are not clear", () => {
    const same = (steps: number) =>
      [0, 1.2].map((eta) => ({ ...cell(eta, steps, 1), gap: { value: 0, se: 0, n: 20 } }));
    const summary = (steps: number) => {
      const own = { ...spec, sampler: { ...spec.sampler, steps } };
      return imageCharts(own, same(steps), { reward: "Smoothness", unit: "" })[0]?.summary;
    };
    expect(summary(1)).toBe(
      "At N = 1 every gap is exactly 0 (n = 20): the one step ends at t = 0 and adds no noise.",
    );
    expect(summary(3)).toBe("At N = 3 every gap is exactly 0 (n = 20).");
  });

  test("say how many images had no finite reward", () => {
    const [chart] = imageCharts(spec, [{ ...cell(0, 3, 1), lost: 4 }], { reward: "Smoothness", unit: "" });
    expect(chart!.notes.join(" ")).toContain("4 images");
  });
});

describe("the grid", () => {
  test("shows the first images early, and is the same as in one piece", async () => {
    const parts: number[] = [];
    const engine = await loaded();
    const grid = await runGrid(engine, spec, {
      onPart: (part) => parts.push(part.rows[0].rewards.smoothness!.filter(Number.isFinite).length),
    });
    expect(parts).toEqual([1]);
    const coefficients = imageCoefficients(spec, 0, 3);
    const [whole] = await engine.run({
      ...jobBase(spec),
      first: 0,
      count: 6,
      arms: [{ coefficients, frames: [0, 1, 2, 3] }],
      rewards: [],
    });
    expect(grid.rows[0].states).toEqual(whole!.states);
    expect(grid.rows[0].predictions).toEqual(whole!.predictions);
    expect(grid.gap!.n).toBe(6);
  });

  test("starts both rows from the same noise", async () => {
    const { rows, times } = await runGrid(await loaded(), spec);
    const first = (i: 0 | 1) => rows[i].states.subarray(0, 6 * IMAGE_SIZE);
    expect(first(0)).toEqual(first(1));
    const last = (i: 0 | 1) => rows[i].states.subarray(3 * 6 * IMAGE_SIZE);
    expect(last(0)).not.toEqual(last(1));
    expect(times).toEqual([0.99, 0.66, 0.33, 0].map((t) => expect.closeTo(t, 12)));
  });

  test("measures diversity over disjoint pairs", () => {
    const images = new Float32Array(4 * IMAGE_SIZE);
    images.fill(0.5, 0, IMAGE_SIZE);
    images.fill(-0.5, 2 * IMAGE_SIZE, 3 * IMAGE_SIZE);
    images.fill(2, 3 * IMAGE_SIZE);
    // Pairs differ by 0.5 and, after clipping 2 to 1, by 1.5 everywhere.
    expect(diversityOf(images, 4)).toMatchObject({ value: 1, n: 2 });
  });

  test("becomes a picture with each image in its place", () => {
    const states = new Float32Array(2 * IMAGE_SIZE).fill(-1);
    states.fill(1, IMAGE_SIZE, IMAGE_SIZE + 1024);
    const { width, data } = contactSheet({ states }, 2);
    const pixel = (x: number, y: number) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
    expect(pixel(5, 5)).toEqual([0, 0, 0]);
    expect(pixel(40, 5)).toEqual([255, 0, 0]);
    expect(pixel(0, 0)).toEqual([128, 128, 128]);
  });
});

describe("the studies", () => {
  test("say on their charts that prompts were completed, and measure anew then, but not of real glyphs' prompts", async () => {
    const drawn: ImageSpec = { ...spec, model: { ...spec.model, completion: "drawn" } };
    const sweep = await measureSweep(await loaded(), drawn);
    const notes = (asked: ImageSpec) =>
      studyCharts(asked, { study: "sampler", sweep }, { reward: "Smoothness", unit: "" }).map(
        (chart) => chart.notes.filter((note) => note.startsWith("What prompts leave open")).length,
      );
    expect(new Set(notes(drawn))).toEqual(new Set([1]));
    expect(new Set(notes(spec))).toEqual(new Set([0]));
    expect(studyKey(drawn)).not.toBe(studyKey(spec));
    const fidelity = (of: ImageSpec): ImageSpec => ({
      ...of,
      evaluation: { ...of.evaluation, study: "fidelity" },
    });
    expect(studyKey(fidelity(drawn))).toBe(studyKey(fidelity(spec)));
  });
});

describe("several engines as one", () => {
  const job: ImageJob = {
    ...jobBase(spec),
    first: 3,
    count: 7,
    arms: [
      { coefficients: imageCoefficients(spec, 0, 2), frames: [0, 1, 2] },
      { coefficients: imageCoefficients(spec, 1.2, 2), frames: [2] },
    ],
    rewards: [{ kind: "smoothness" }, { kind: "alignment" }],
  };
  const plain = (arms: readonly ImageArmResult[]) => arms.map((arm) => ({ ...arm }));

  test("give what one gives, to the last bit", async () => {
    const one = await loaded();
    const pool = createImagePool(await loaded(), [loaded(), loaded()]);
    expect(plain(await pool.run(job))).toEqual(plain(await one.run(job)));
  });

  test("draw one image as soon as the first is ready, and load again what failed to load", async () => {
    let start: (engine: ImageEngine) => void = () => undefined;
    const slow = new Promise<ImageEngine>((resolve) => (start = resolve));
    const pool = createImagePool(await loaded(), [slow]);
    await pool.load("student");
    const one = { ...job, count: 1 };
    expect((await pool.run(one))[0]!.images.length).toBe(IMAGE_SIZE);
    const other = await loaded();
    let failures = 0;
    const load: ImageEngine["load"] = (weights, control) =>
      failures++ === 0 ? Promise.reject(new Error("student: cut off")) : other.load(weights, control);
    start({ ...other, load });
    await expect(pool.run(job)).rejects.toThrow("student: cut off");
    expect((await pool.run(job))[0]!.images.length).toBe(job.count * IMAGE_SIZE);
  });

  test("share the images out without gaps", () => {
    const shares = splitImages(job, 3);
    expect(shares.map(({ first, count }) => [first, count])).toEqual([
      [3, 2],
      [5, 3],
      [8, 2],
    ]);
    expect(splitImages({ ...job, count: 2 }, 5).length).toBe(2);
    const each = Array.from({ length: 7 * 6 }, (_, i) => i);
    const asked = each.map((value) => -value);
    const parts = splitImages({ ...job, prompt: each, asked }, 3);
    expect(parts.flatMap(({ prompt }) => prompt)).toEqual(each);
    expect(parts.flatMap((part) => part.asked ?? [])).toEqual(asked);
  });
});
