import { describe, expect, it } from "vitest";
import { FIDELITY_FEATURES, type ImageEngine, IMAGE_SIZE } from "../../src/engine/image-engine.ts";
import { measureStudy } from "../../src/experiments/images/studies.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";
import { IMAGE_STUDIES, type ImageSpec, type ImageStudyKind } from "../../src/spec/images/types.ts";

const IMAGES = 40;
/** What the engine below tells of each job. */
const TOLD = [0.25, 0.5, 0.75, 1];

/** An engine that draws grey images and tells four times how far it is. */
function tellingEngine(jobs: { count: number }): ImageEngine {
  const grey = (count: number, frames: number) => new Float32Array(Math.max(0, frames) * count * IMAGE_SIZE);
  return {
    info: { kind: "wasm", adapter: "test", reason: "" },
    load: () => Promise.resolve({ bytes: 1 }),
    refusal: () => null,
    realFeatures: () =>
      Promise.resolve({
        train: Float32Array.from({ length: 64 * FIDELITY_FEATURES }, (_, i) => Math.sin(i)),
        heldOut: Float32Array.from({ length: IMAGES * FIDELITY_FEATURES }, (_, i) => Math.cos(i)),
        prompts: new Int32Array(6 * IMAGES),
        readings: new Uint8Array(6 * IMAGES),
      }),
    run: ({ arms, rewards, count }, { onProgress } = {}) => {
      jobs.count++;
      for (const done of TOLD) onProgress?.(done);
      return Promise.resolve(
        arms.map(({ frames }) => ({
          images: grey(count, 1),
          states: grey(count, frames.length),
          predictions: grey(count, frames.length - 1),
          rewards: rewards.map(() => new Float64Array(count)),
          evaluation: {
            features: new Float32Array(count * FIDELITY_FEATURES),
            readings: new Uint8Array(6 * count),
          },
        })),
      );
    },
    dispose: () => undefined,
  };
}

const specOf = (study: ImageStudyKind): ImageSpec => ({
  ...IMAGE_DEFAULTS,
  evaluation: { ...IMAGE_DEFAULTS.evaluation, images: IMAGES, study, etas: [0, 1], steps: [2, 16] },
});

describe("The progress of a study", () => {
  it.each(IMAGE_STUDIES)(
    "of kind %s moves with the engine's steps, from the first job to the end",
    async (study) => {
      const jobs = { count: 0 };
      const seen: number[] = [];
      const batches: number[] = [];
      await measureStudy(tellingEngine(jobs), specOf(study), {
        onProgress: (done) => seen.push(done),
        onBatch: (done) => batches.push(done),
      });
      expect(seen).toHaveLength(TOLD.length * jobs.count);
      for (const [i, done] of seen.entries()) expect(done).toBeGreaterThan(seen[i - 1] ?? 0);
      expect(seen.at(-1)).toBeCloseTo(1, 12);
      // What a batch tells at its end is what its last step told.
      for (const done of batches)
        expect(Math.min(...seen.map((s) => Math.abs(s - done)))).toBeLessThan(1e-12);
      // Control: batches alone leave the bar empty for longer.
      expect(seen[0]).toBeLessThan(0.5 * (batches[0] ?? 0));
    },
  );
});
