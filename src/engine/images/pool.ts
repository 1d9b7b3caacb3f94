/** Several image engines as one: each takes a share of the images, whose noise depends on their numbers alone. */
import { SLOT_NAMES } from "../../prompt/slots.ts";
import {
  type ImageArmResult,
  type ImageEngine,
  type ImageEvaluation,
  type ImageJob,
  placeFrames,
} from "../image-engine.ts";
import { joinFloats } from "./join.ts";

const SLOTS = SLOT_NAMES.length;

/** Runs jobs on all engines side by side. `info` and refusals are those of the first. */
export function createImagePool(engines: readonly ImageEngine[]): ImageEngine {
  const [first] = engines;
  if (first === undefined) throw new RangeError("image pool: must have at least one engine, got none");
  const { info } = first;
  const adapter = engines.length === 1 ? info.adapter : `${info.adapter}, ${engines.length} workers`;
  return {
    info: { ...info, adapter },
    refusal: first.refusal,
    realFeatures: (control) => first.realFeatures(control),
    load: async (weights, control = {}) => {
      // The first one downloads; the others find the file in the browser's cache.
      const { bytes } = await first.load(weights, control);
      const quiet = control.signal ? { signal: control.signal } : {};
      await Promise.all(engines.slice(1).map((engine) => engine.load(weights, quiet)));
      return { bytes };
    },
    run: async (job, { signal, onProgress } = {}) => {
      const shares = splitImages(job, engines.length);
      const done = shares.map(() => 0);
      const report = (i: number, share: number) => {
        done[i] = share * (shares[i]?.count ?? 0);
        onProgress?.(done.reduce((a, b) => a + b, 0) / job.count);
      };
      const parts = await Promise.all(
        shares.map(async (share, i) => {
          const control = { ...(signal ? { signal } : {}), onProgress: (part: number) => report(i, part) };
          const part = await engines[i]?.run(share, control);
          // A worker thins its news, so the last of it may be missing.
          report(i, 1);
          return part;
        }),
      );
      return joinArms(parts.filter((part) => part !== undefined));
    },
    dispose: () => engines.forEach((engine) => engine.dispose()),
  };
}

/** The job's images in at most `parts` runs of neighbours, sizes differing by one at most. */
export function splitImages(job: ImageJob, parts: number): ImageJob[] {
  const used = Math.max(1, Math.min(parts, job.count));
  const edge = (i: number) => Math.round((i * job.count) / used);
  const slots = job.prompt.length / job.count;
  const isEach = job.count > 1 && slots === SLOTS;
  return Array.from({ length: used }, (_, i) => ({
    ...job,
    ...(isEach ? { prompt: job.prompt.slice(edge(i) * SLOTS, edge(i + 1) * SLOTS) } : {}),
    first: job.first + edge(i),
    count: edge(i + 1) - edge(i),
  }));
}

/** Results of neighbouring runs as the result of one. */
export function joinArms(parts: readonly (readonly ImageArmResult[])[]): ImageArmResult[] {
  const [first = []] = parts;
  if (parts.length === 1) return [...first];
  return first.map((_, a) => {
    const arms = parts.flatMap((part) => part[a] ?? []);
    const counts = arms.map(({ images }) => images.length);
    const joined = (name: "images" | "states" | "predictions") =>
      joinFrames(
        arms.map((arm) => arm[name]),
        counts,
      );
    return {
      images: joined("images"),
      states: joined("states"),
      predictions: joined("predictions"),
      rewards: (first[a]?.rewards ?? []).map((_, r) => {
        const values = arms.map(({ rewards }) => rewards[r] ?? null);
        return values.includes(null) ? null : Float64Array.from(values.flatMap((part) => [...(part ?? [])]));
      }),
      ...joinedEvaluation(arms.flatMap(({ evaluation }) => evaluation ?? [])),
    };
  });
}

function joinedEvaluation(parts: readonly ImageEvaluation[]): Pick<ImageArmResult, "evaluation"> {
  if (parts.length === 0) return {};
  return {
    evaluation: {
      features: joinFloats(parts.map(({ features }) => features)),
      readings: Uint8Array.from(parts.flatMap(({ readings }) => [...readings])),
    },
  };
}

/** Arrays [frames, images] of neighbours, `counts` numbers a frame each, as one array [frames, all images]. */
function joinFrames(parts: readonly Float32Array[], counts: readonly number[]): Float32Array {
  const row = counts.reduce((a, b) => a + b, 0);
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let before = 0;
  parts.forEach((part, i) => {
    placeFrames(part, counts[i] ?? 0, out, row, before);
    before += counts[i] ?? 0;
  });
  return out;
}
