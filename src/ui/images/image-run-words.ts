/** What the image page is doing, in sentences. */
import type { ImageLabData, ImageSamples, WeightsState } from "../../lab/images/state.ts";
import type { RunState } from "../../lab/state.ts";
import { imageSpecKey } from "../../lab/images/store.ts";
import type { ImageSpec } from "../../spec/images/types.ts";
import { durationText, leftText } from "../time-words.ts";
import { drawnTiles } from "./samples/drawn.ts";
import { specOf } from "./samples/pixels-at.ts";

/** "6.3 MB", "412 KB"; decimal units. */
export function bytesText(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} KB`;
}

/** The weights of one network, where they are on their way. */
export function weightsText(weights: WeightsState): string {
  switch (weights.phase) {
    case "none":
      return "Weights: not loaded yet.";
    case "loading":
      return `Weights: ${bytesText(weights.bytes)} of ${weights.total > 0 ? bytesText(weights.total) : "…"} ${weights.cached ? "from this browser’s cache" : "loaded"} …`;
    case "ready":
      return `Weights: ${bytesText(weights.bytes)}, ready.`;
    case "failed":
      return `Weights: ${weights.message}`;
  }
}

/** For the strip under the header: the weights while they come, else the run. */
export function imageRunText({ run, weights, spec }: Pick<ImageLabData, "run" | "weights" | "spec">): string {
  const own = weights[spec.model.weights];
  if (own.phase === "loading" || own.phase === "failed") return weightsText(own);
  return runWords(run);
}

function runWords(run: RunState): string {
  switch (run.phase) {
    case "idle":
      return "Ready. Press Run to draw and measure.";
    case "preparing":
      return "Preparing …";
    case "running": {
      if (run.stage === "preview") return "Drawing the images …";
      const left = run.etaMs === null ? "" : `, ${leftText(run.etaMs)}`;
      return `Measuring for the charts, ${Math.round(100 * run.done)} % done${left}`;
    }
    case "done": {
      const time = run.wallMs < 1 ? "" : ` in ${durationText(run.wallMs)}`;
      return `Done: ${run.particles.toLocaleString("en-US")} images per point${time}.`;
    }
    case "cancelled":
      return "Cancelled. What was drawn and measured so far stays.";
    case "failed":
      return `Failed: ${run.message}`;
  }
}

/** Share done, 0 .. 1, of what the strip speaks of. */
export function progressOf({ run, weights, spec }: Pick<ImageLabData, "run" | "weights" | "spec">): number {
  const own = weights[spec.model.weights];
  if (own.phase === "loading") return own.total > 0 ? Math.min(1, own.bytes / own.total) : 0;
  if (run.phase === "running") return run.done;
  return run.phase === "done" ? 1 : 0;
}

export interface SamplesStage {
  /** "current" images belong to the present spec and were made on this device. */
  readonly kind: "none" | "stored" | "old" | "current";
  readonly text: string;
}

type StageParts = Pick<ImageLabData, "samples" | "spec" | "refusedPrompt" | "live" | "run">;

/** Where the images on the screen come from, and whether they are of the prompt that stands beside them. */
export function samplesStage(state: StageParts): SamplesStage {
  const stage = stageOfSpec(state);
  const { refusedPrompt, samples } = state;
  if (refusedPrompt === null) return stage;
  if (samples === null || stage.kind === "old")
    return { ...stage, text: `The prompt has mistakes. ${stage.text}` };
  const prompt = promptWords(specOf(samples) ?? state.spec);
  return { kind: "old", text: `The prompt has mistakes: these are images of ${prompt}.` };
}

/** For the menu of links: what they hold while the text on the screen has mistakes, else null. */
export function shareHint({
  refusedPrompt,
  spec,
}: Pick<ImageLabData, "refusedPrompt" | "spec">): string | null {
  if (refusedPrompt === null) return null;
  return `The prompt has mistakes, so link, command and file hold the last one without: ${promptWords(spec)}.`;
}

function promptWords({ model }: ImageSpec): string {
  return model.prompt === "" ? "no prompt" : `“${model.prompt}”`;
}

function stageOfSpec(state: Omit<StageParts, "refusedPrompt">): SamplesStage {
  const { samples, spec, live, run } = state;
  const busy = run.phase === "preparing" || run.phase === "running";
  if (samples === null) return { kind: "none", text: busy ? "Drawing the first images …" : "No images yet." };
  const current = samples.specKey === imageSpecKey(spec);
  if (!current) {
    const next = busy || live ? "new ones are on their way" : "press Run for new ones";
    return { kind: "old", text: `Images of an earlier setting; ${next}.` };
  }
  return samples.stage === "stored"
    ? { kind: "stored", text: "Stored images; live ones follow when the weights are here." }
    : { kind: "current", text: madeText(samples, busy) };
}

function madeText(samples: ImageSamples, busy: boolean): string {
  const { tiles, wallMs } = samples;
  const drawn = drawnTiles(samples);
  return drawn < tiles
    ? `${drawn} of ${tiles} pairs drawn; ${busy ? "the rest is on its way …" : "press Run for the rest."}`
    : `${tiles} pairs from the same noise, drawn here in ${durationText(wallMs)}.`;
}

/** The strip's text for screen readers: coarse, so that it is not read out ten times a second. */
export function imageRunAnnouncement(state: Pick<ImageLabData, "run" | "weights" | "spec">): string {
  const own = state.weights[state.spec.model.weights];
  const quarters = Math.floor(4 * progressOf(state)) * 25;
  if (own.phase === "loading") return `Loading the weights, ${quarters} %`;
  if (state.run.phase === "running" && state.run.stage === "full") return `Measuring, ${quarters} % done`;
  return imageRunText(state);
}
