/** A training from scratch: steps until the budget is spent, a look at samples now and then, the averaged weights at any time. */
import { samplerCoefficients } from "../../diffusion/coefficients.ts";
import { createGrid } from "../../diffusion/grid.ts";
import { flow } from "../../diffusion/processes/flow.ts";
import { type Architecture, GLYPH, imageSize, SMALL_GLYPH } from "../../network/architecture.ts";
import { emptyPrompts } from "../../network/prompt-tokens.ts";
import { sampleImages } from "../../network/sampler.ts";
import { GlyphTrainer } from "../../network/tensorflow/trainer.ts";
import { drawBatch } from "../../network/training/batch.ts";
import type { GlyphSet } from "../../network/training/glyph-set.ts";
import { initialWeights } from "../../network/training/initial-weights.ts";
import { learningRate, PEAK_RATE } from "../../network/training/schedule.ts";
import { parameterCount, trainedFile } from "../../network/training/trained-file.ts";
import {
  SCRATCH_PROMPTS,
  type ScratchEvent,
  type ScratchMean,
  type ScratchResult,
  type ScratchSettings,
  type ScratchSize,
} from "../scratch-training.ts";

/** Images of the two splits that a training looks at. */
export interface ScratchData {
  readonly train: GlyphSet;
  readonly validation: GlyphSet;
  /** Of the data's files, as they say. */
  readonly sha256: string | null;
}

export interface SessionParts {
  readonly architecture: Architecture;
  /** What the network runs on, and why. */
  readonly adapter: string;
  readonly reason: string;
  readonly report: (event: ScratchEvent) => void;
  /** Milliseconds from some fixed moment. */
  readonly now: () => number;
}

/** Networks by size. */
export const SCRATCH_ARCHITECTURES: Readonly<Record<ScratchSize, Architecture>> = {
  small: SMALL_GLYPH,
  shipped: GLYPH,
};

const REPORT_EVERY = 5;
const VALIDATION_IMAGES = 32;
const VALIDATION_SEED = 7;
/** Samples: Euler steps from t = 0.99 with guidance, as teachers are used. */
const SAMPLES = { steps: 8, guidance: 2, seed: 5, lastTime: 0.99 } as const;

/** One training on TensorFlow.js's active backend. */
export class ScratchSession {
  private readonly data: ScratchData;
  private readonly settings: ScratchSettings;
  private readonly parts: SessionParts;
  private readonly trainer: GlyphTrainer;
  private readonly parameters: number;
  private stopped = false;
  /** Resolves when a pause ends; null while none. */
  private pausing: { readonly over: Promise<void>; readonly end: () => void } | null = null;
  private steps = 0;
  private spentMs = 0;

  constructor(data: ScratchData, settings: ScratchSettings, parts: SessionParts) {
    this.data = data;
    this.settings = settings;
    this.parts = parts;
    const weights = initialWeights(parts.architecture, settings.seed);
    this.parameters = parameterCount(weights);
    this.trainer = new GlyphTrainer(weights);
  }

  pause(): void {
    if (this.pausing) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.pausing = { over, end };
  }

  resume(): void {
    this.pausing?.end();
    this.pausing = null;
  }

  stop(): void {
    this.stopped = true;
    this.resume();
  }

  /** Trains until the budget is spent or `stop`. Rejects where the loss is no number any more. */
  async run(): Promise<void> {
    const { adapter, reason, report } = this.parts;
    const images = this.data.train.count;
    report({ kind: "started", adapter, reason, images, parameters: this.parameters });
    let losses: number[] = [];
    let before = 0;
    while (this.share() < 1) {
      await this.pausing?.over;
      if (this.stopped) break;
      losses.push(await this.step());
      if (this.steps % REPORT_EVERY === 0 || this.share() >= 1) {
        this.tell(losses, this.spentMs - before);
        before = this.spentMs;
        losses = [];
      }
      if (this.steps % this.settings.sampleEvery === 0) await this.show();
    }
    if (this.steps % this.settings.sampleEvery > 0) await this.show();
  }

  /** The averaged weights as they are now. */
  async weights(): Promise<ScratchResult> {
    const { size, batch, seed } = this.settings;
    const about = {
      made: "trained from scratch in the page",
      size,
      batch: String(batch),
      seed: String(seed),
      steps: String(this.steps),
      images: String(this.steps * batch),
      seconds: (this.spentMs / 1000).toFixed(0),
      adapter: this.parts.adapter,
      data: this.data.sha256 ?? "not said",
    };
    return { file: trainedFile(await this.trainer.averageWeights(), about), steps: this.steps };
  }

  dispose(): void {
    this.trainer.dispose();
  }

  /** Share of the training that is done, by time or by steps. */
  private share(): number {
    const { minutes, steps } = this.settings;
    return Math.max(this.spentMs / (60_000 * minutes), steps === null ? 0 : this.steps / steps);
  }

  private async step(): Promise<number> {
    const { seed, batch: size } = this.settings;
    const began = this.parts.now();
    const batch = drawBatch(this.data.train, this.trainer.architecture, { seed, step: this.steps, size });
    const { loss } = await this.trainer.step(batch, learningRate(PEAK_RATE, this.steps, this.share()));
    this.steps++;
    this.spentMs += this.parts.now() - began;
    if (!Number.isFinite(loss))
      throw new Error(
        `training: the loss must be a number, got ${loss} at step ${this.steps}; try another seed`,
      );
    return loss;
  }

  private tell(losses: readonly number[], ms: number): void {
    const { batch } = this.settings;
    this.parts.report({
      kind: "progress",
      step: this.steps,
      images: this.steps * batch,
      seconds: this.spentMs / 1000,
      share: Math.min(1, this.share()),
      loss: meanOf(losses),
      speed: (1000 * batch * losses.length) / ms,
    });
  }

  private async show(): Promise<void> {
    const { architecture } = this.trainer;
    const [size, seed] = [VALIDATION_IMAGES, VALIDATION_SEED];
    const batch = drawBatch(this.data.validation, architecture, { seed, step: 0, size, full: true });
    const validation = meanOf(await this.trainer.averageLosses(batch));
    const count = SCRATCH_PROMPTS.length;
    const process = flow(SAMPLES.lastTime);
    const grid = createGrid({ kind: "uniform" }, process, SAMPLES.steps);
    const { images } = await sampleImages(this.trainer.averageModel(), {
      dim: imageSize(architecture),
      first: 0,
      count,
      seed: SAMPLES.seed,
      priorStd: 1,
      coefficients: samplerCoefficients("gddim", process, grid, new Float64Array(SAMPLES.steps)),
      prompts: Int32Array.from(SCRATCH_PROMPTS.flat()),
      guidance: { negative: emptyPrompts(architecture, count), scale: SAMPLES.guidance },
    });
    this.parts.report({ kind: "samples", step: this.steps, images, validation });
  }
}

function meanOf(values: ArrayLike<number>): ScratchMean {
  const list = Array.from(values);
  const n = list.length;
  const value = list.reduce((sum, entry) => sum + entry, 0) / n;
  const spread = list.reduce((sum, entry) => sum + (entry - value) ** 2, 0) / Math.max(1, n - 1);
  return { value, se: n > 1 ? Math.sqrt(spread / n) : NaN, n };
}
