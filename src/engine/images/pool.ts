/** Several image engines as one: each takes a share of the images, whose noise depends on their numbers alone. */
import { SLOT_NAMES } from "../../prompt/slots.ts";
import {
  type ImageArmResult,
  type ImageEngine,
  type ImageEvaluation,
  type ImageJob,
  type ImageLoadControl,
  placeFrames,
} from "../image-engine.ts";
import { joinFloats } from "./join.ts";

const SLOTS = SLOT_NAMES.length;

/**
 * Runs jobs on all engines side by side. `info` and refusals are those of the first, which downloads while the others still
 * start: it alone must be ready for a job of one image.
 */
export function createImagePool(first: ImageEngine, others: readonly Promise<ImageEngine>[]): ImageEngine {
  const { info } = first;
  const size = others.length + 1;
  const adapter = size === 1 ? info.adapter : `${info.adapter}, ${size} workers`;
  const ready = others.map(readyEngine);
  return {
    info: { ...info, adapter },
    refusal: first.refusal,
    realFeatures: (control) => first.realFeatures(control),
    load: async (weights, control = {}) => {
      const loadOthers = () => ready.forEach((engine) => engine(weights).catch(() => undefined));
      const onBytes: ImageLoadControl["onBytes"] = (done, total, cached) => {
        control.onBytes?.(done, total, cached);
        // They find the file in the browser's cache. What goes wrong there is told by the run that needs them.
        if (done >= total) loadOthers();
      };
      return first.load(weights, { ...control, onBytes });
    },
    run: async (job, { signal, onProgress } = {}) => {
      const shares = splitImages(job, size);
      const done = shares.map(() => 0);
      const report = (i: number, share: number) => {
        done[i] = share * (shares[i]?.count ?? 0);
        onProgress?.(done.reduce((a, b) => a + b, 0) / job.count);
      };
      const parts = await Promise.all(
        shares.map(async (share, i) => {
          const control = { ...(signal ? { signal } : {}), onProgress: (part: number) => report(i, part) };
          const engine = i === 0 ? first : await ready[i - 1]?.(job.weights);
          const part = await engine?.run(share, control);
          // A worker thins its news, so the last of it may be missing.
          report(i, 1);
          return part;
        }),
      );
      return joinArms(parts.filter((part) => part !== undefined));
    },
    dispose: () => {
      first.dispose();
      for (const other of others) other.then((engine) => engine.dispose()).catch(() => undefined);
    },
  };
}

/** The engine once it has started and has the weights; a load that failed is tried again when asked for again. */
function readyEngine(starting: Promise<ImageEngine>): (weights: ImageJob["weights"]) => Promise<ImageEngine> {
  // Heard by whoever asks for it; a pool that is given up before has nobody who does.
  starting.catch(() => undefined);
  const loads = new Map<ImageJob["weights"], Promise<ImageEngine>>();
  const load = async (weights: ImageJob["weights"]): Promise<ImageEngine> => {
    const engine = await starting;
    await engine.load(weights);
    return engine;
  };
  return (weights) => {
    const known = loads.get(weights);
    if (known) return known;
    const loading = load(weights);
    loads.set(weights, loading);
    loading.catch(() => loads.delete(weights));
    return loading;
  };
}

/** The job's images in at most `parts` runs of neighbours, sizes differing by one at most. */
export function splitImages(job: ImageJob, parts: number): ImageJob[] {
  const used = Math.max(1, Math.min(parts, job.count));
  const edge = (i: number) => Math.round((i * job.count) / used);
  const isEach = job.count > 1 && job.prompt.length / job.count === SLOTS;
  const part = (prompts: readonly number[], i: number) => prompts.slice(edge(i) * SLOTS, edge(i + 1) * SLOTS);
  return Array.from({ length: used }, (_, i) => ({
    ...job,
    ...(isEach ? { prompt: part(job.prompt, i) } : {}),
    ...(isEach && job.asked ? { asked: part(job.asked, i) } : {}),
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
