/** An engine for the study of prompts whose rewards are known. */
import { IMAGE_SIZE, type ImageEngine, type ImageJob } from "../../src/engine/image-engine.ts";
import { SLOT_VALUES } from "../../src/prompt/slots.ts";

/** Said attributes of each image's prompt. */
export function attributesOf({ prompt, count }: ImageJob): number[] {
  const none = Object.values(SLOT_VALUES).map(({ length }) => length);
  return Array.from(
    { length: count },
    (_, i) => none.filter((token, s) => prompt[6 * i + s] !== token).length,
  );
}

/**
 * An engine without a network: image i is grey, i mod 2 * 0.5 bright, and its reward is (i mod 4) + slope a for the SDE and
 * i mod 4 for the ODE, a the number of attributes that its prompt says, plus a wobble of size 0.1 by the prompt's place.
 */
export function engineOf(gapAt: (attributes: number) => number, jobs: ImageJob[] = []): ImageEngine {
  return {
    info: { kind: "wasm", adapter: "test", reason: "" },
    load: () => Promise.resolve({ bytes: 1 }),
    run: (job) => {
      jobs.push(job);
      const said = attributesOf(job);
      return Promise.resolve(
        job.arms.map(({ coefficients }) => {
          const noisy = coefficients.some(({ cz }) => cz > 0);
          const images = new Float32Array(job.count * IMAGE_SIZE);
          for (let i = 0; i < job.count; i++)
            images.fill(0.5 * ((job.first + i) % 2), i * IMAGE_SIZE, (i + 1) * IMAGE_SIZE);
          const reward = (i: number): number => {
            const number = job.first + i;
            const wobble = 0.1 * Math.sin(1 + Math.floor(number / 2) * 7 + (said[i] ?? 0));
            return (number % 4) + (noisy ? gapAt(said[i] ?? 0) + wobble : 0);
          };
          return {
            images,
            states: new Float32Array(0),
            predictions: new Float32Array(0),
            rewards: job.rewards.map(() => Float64Array.from({ length: job.count }, (_, i) => reward(i))),
          };
        }),
      );
    },
    refusal: (kind) => (kind === "aesthetic" ? "no model" : null),
    realFeatures: () => Promise.reject(new Error("not asked for")),
    dispose: () => undefined,
  };
}
