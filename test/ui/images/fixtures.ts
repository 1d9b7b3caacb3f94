/** Samples and states of the image page without a network: drawn triangles and rings that come out of hashed noise. */
import type { ImageLabData, ImageRow, ImageSamples } from "../../../src/lab/images/state.ts";
import { imageSpecKey } from "../../../src/lab/images/store.ts";
import { addScalar, emptyScalarSums, meanEstimate } from "../../../src/measure/scalar-sums.ts";
import type { LineChartData } from "../../../src/measure/series.ts";
import { IMAGE_DEFAULTS } from "../../../src/spec/images/limits.ts";
import { IMAGE_REWARDS, type ImageRewardKind, type ImageSpec } from "../../../src/spec/images/types.ts";

const SIDE = 32;
const BYTES = 4 * SIDE * SIDE;

/** A number 0 .. 1 that depends on all of its arguments. */
export function hashed(...parts: readonly number[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    h = Math.imul(h ^ part, 0x01000193);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    h ^= h >>> 13;
  }
  return (h >>> 0) / 2 ** 32;
}

const INKS = [
  [217, 31, 31],
  [33, 64, 217],
  [38, 158, 51],
  [128, 38, 178],
] as const;
const PAPERS = [
  [247, 222, 38],
  [247, 247, 247],
  [38, 191, 204],
] as const;

/** One channel of a finished image, 0 .. 255: an "A" of strokes, or an "O", with its own thickness. */
function drawn(tile: number, bend: number, x: number, y: number, channel: number): number {
  const ink = INKS[tile % INKS.length] ?? INKS[0];
  const paper = PAPERS[tile % PAPERS.length] ?? PAPERS[0];
  const width = 1.6 + 2 * hashed(tile, 1) + bend;
  const [u, v] = [x - 15.5 + (y - 16) * 0.15, y - 16];
  const letter =
    tile % 3 === 2
      ? Math.abs(Math.hypot(u, v * 0.9) - 9)
      : Math.min(Math.abs(Math.abs(u) - (v + 12) * 0.42), Math.abs(v - 4) + (Math.abs(u) > 6 ? 9 : 0));
  const inside = Math.abs(v) < 12.5 ? Math.min(1, Math.max(0, width - letter)) : 0;
  return inside * (ink[channel] ?? 0) + (1 - inside) * (paper[channel] ?? 0);
}

function rowFixture(
  id: ImageRow["id"],
  eta: number,
  tiles: number,
  times: readonly number[],
  seed: number,
): ImageRow {
  const states = new Uint8ClampedArray(times.length * tiles * BYTES);
  const predictions = new Uint8ClampedArray((times.length - 1) * tiles * BYTES);
  const bend = id === "sde" ? 0.5 * eta : 0;
  times.forEach((t, frame) => {
    for (let tile = 0; tile < tiles; tile++)
      for (let p = 0; p < SIDE * SIDE; p++) {
        const at = (frame * tiles + tile) * BYTES + 4 * p;
        for (let c = 0; c < 3; c++) {
          const clean = drawn(tile, bend, p % SIDE, Math.floor(p / SIDE), c);
          const noise = 128 + 220 * (hashed(seed, tile, p, c) + hashed(seed, tile, p, c + 7) - 1);
          states[at + c] = (1 - t) * clean + t * noise;
          if (frame < times.length - 1) predictions[at + c] = (1 - 0.5 * t) * clean + 0.5 * t * 128;
        }
        states[at + 3] = 255;
        if (frame < times.length - 1) predictions[at + 3] = 255;
      }
  });
  return {
    id,
    eta,
    states,
    predictions,
    older: null,
    rewards: rewardsFixture(id === "sde" ? 0.03 * eta : 0, tiles, seed),
  };
}

function rewardsFixture(shift: number, tiles: number, seed: number): ImageRow["rewards"] {
  return Object.fromEntries(
    IMAGE_REWARDS.map((kind, k) => [
      kind,
      MISSING[kind] === undefined
        ? Float64Array.from({ length: tiles }, (_, i) => 0.2 + 0.3 * hashed(seed, i, k) + shift)
        : null,
    ]),
  ) as ImageRow["rewards"];
}

/** Rewards without a value in these fixtures. */
export const MISSING: Readonly<Partial<Record<ImageRewardKind, string>>> = {
  aesthetic: "its preference model is not here",
};

/** Samples that belong to `spec`. */
export function samplesFixture(spec: ImageSpec, stage: ImageSamples["stage"] = "live"): ImageSamples {
  const { tiles, seed } = spec.evaluation;
  const frames = Math.min(17, spec.sampler.steps + 1);
  const times = Array.from({ length: frames }, (_, i) => 1 - i / (frames - 1));
  const rows = [
    rowFixture("ode", 0, tiles, times, seed),
    rowFixture("sde", spec.sampler.eta, tiles, times, seed),
  ] as const;
  const [ode, sde] = rows.map(({ rewards }) => rewards[spec.reward.kind]);
  let sums = emptyScalarSums(0);
  sde?.forEach((value, i) => (sums = addScalar(sums, value - (ode?.[i] ?? NaN) + 0.02 * hashed(i))));
  return {
    specKey: imageSpecKey(spec),
    stage,
    tiles,
    times,
    rows,
    gap: ode && sde ? meanEstimate(sums) : null,
    diversity: {
      ode: { value: 0.41, se: 0.02, n: tiles / 2 },
      sde: { value: 0.47, se: 0.03, n: tiles / 2 },
    },
    colour: spec.reward.kind === "colour" ? spec.reward.colour : "blue",
    missing: MISSING,
    prompts: null,
    wallMs: 1240,
  };
}

/** A chart of the gap over eta or N. */
export function chartFixture(symbol: "η" | "N", xs: readonly number[]): LineChartData {
  return {
    chart: "line",
    id: symbol === "η" ? "image-gap-eta" : "image-gap-steps",
    title: `Gap in boldness by ${symbol}`,
    x: {
      label: symbol === "η" ? "Stochasticity" : "Steps",
      symbol,
      scale: symbol === "η" ? "linear" : "log",
    },
    y: { label: "Reward gap", symbol: "", scale: "linear" },
    series: [
      {
        role: "measured",
        id: "gap",
        label: "Measured, paired",
        hue: "gap",
        points: xs.map((x, i) => ({ x, estimate: { value: 0.01 * i * i, se: 0.006 + 0.002 * i, n: 64 } })),
      },
    ],
    summary: `The gap grows with ${symbol}.`,
    notes: ["Images, so no exact value is known."],
  };
}

/** The state of a page that has drawn its images. */
export function imageData(fields: Partial<ImageLabData> = {}): ImageLabData {
  const spec = fields.spec ?? IMAGE_DEFAULTS;
  return {
    spec,
    theme: "system",
    live: true,
    seedLocked: false,
    embed: false,
    engineChoice: "auto",
    engine: { phase: "ready", adapter: "WebAssembly, 1 thread", reason: "This browser has no WebGPU." },
    weights: { student: { phase: "ready", bytes: 6_300_000 }, teacher: { phase: "none" } },
    ownTeacher: null,
    refusedPrompt: null,
    refusedNegative: null,
    samples: samplesFixture(spec),
    charts: {
      specKey: imageSpecKey(spec),
      stage: "full",
      charts: [chartFixture("η", spec.evaluation.etas), chartFixture("N", spec.evaluation.steps)],
    },
    run: { phase: "done", wallMs: 5300, particles: spec.evaluation.images },
    notices: [],
    linkProblem: null,
    ...fields,
  };
}
