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

/** What the strip speaks of. */
type StripParts = Pick<ImageLabData, "run" | "weights" | "spec" | "samples"> & RefusedParts;

type RefusedParts = Pick<ImageLabData, "refusedPrompt" | "refusedNegative">;

/** Which of the two texts has mistakes, or null. */
function refusedWords({ refusedPrompt, refusedNegative }: RefusedParts): string | null {
  if (refusedPrompt !== null) return "The prompt has mistakes";
  return refusedNegative === null ? null : "The negative prompt has mistakes";
}

/** For the strip under the header: the weights while they come, a prompt with mistakes while nothing runs, else the run. */
export function imageRunText(state: StripParts): string {
  const { run, weights, spec } = state;
  const own = weights[spec.model.weights];
  if (own.phase === "loading" || own.phase === "failed") return weightsText(own);
  const refused = refusedWords(state);
  if (refused !== null && !isBusy(run)) return `${refused}${shownWords(state)}`;
  return runWords(run);
}

function shownWords({ samples, spec }: StripParts): string {
  return samples === null
    ? "; no images are drawn yet."
    : `: shown are images of ${promptWords(specOf(samples) ?? spec)}.`;
}

/** Why no run can be started now, or null. */
export function runHint(state: RefusedParts): string | null {
  const refused = refusedWords(state);
  return refused === null ? null : `${refused}; mend it to run`;
}

function isBusy({ phase }: RunState): boolean {
  return phase === "preparing" || phase === "running";
}

function runWords(run: RunState): string {
  switch (run.phase) {
    case "idle":
      return "Ready. Press Run to draw and measure.";
    case "preparing":
      return "Preparing …";
    case "running": {
      const work = run.stage === "preview" ? "Drawing the images" : "Measuring for the charts";
      const left = run.etaMs === null ? "" : `, ${leftText(run.etaMs)}`;
      return `${work}, ${Math.round(100 * run.done)} % done${left}`;
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
export function progressOf(state: StripParts): number {
  const { run, weights, spec } = state;
  const own = weights[spec.model.weights];
  if (own.phase === "loading") return own.total > 0 ? Math.min(1, own.bytes / own.total) : 0;
  if (run.phase === "running") return run.done;
  // A prompt with mistakes has not been run.
  return run.phase === "done" && refusedWords(state) === null ? 1 : 0;
}

export interface SamplesStage {
  /** "current" images belong to the present spec and were made on this device. */
  readonly kind: "none" | "stored" | "old" | "current";
  readonly text: string;
}

type StageParts = Pick<ImageLabData, "samples" | "spec" | "live" | "run"> & RefusedParts;

/** Where the images on the screen come from, and whether they are of the prompt that stands beside them. */
export function samplesStage(state: StageParts): SamplesStage {
  const stage = stageOfSpec(state);
  const { samples } = state;
  const refused = refusedWords(state);
  if (refused === null) return stage;
  if (samples === null || stage.kind === "old") return { ...stage, text: `${refused}. ${stage.text}` };
  const prompt = promptWords(specOf(samples) ?? state.spec);
  return { kind: "old", text: `${refused}: these are images of ${prompt}.` };
}

/** For the menu of links: what they hold while the text on the screen has mistakes, else null. */
export function shareHint(state: Pick<ImageLabData, "spec"> & RefusedParts): string | null {
  const refused = refusedWords(state);
  return refused === null
    ? null
    : `${refused}, so link, command and file hold the last one without: ${promptWords(state.spec)}.`;
}

function promptWords({ model }: ImageSpec): string {
  const prompt = model.prompt === "" ? "no prompt" : `“${model.prompt}”`;
  return model.weights === "student" || model.negative === ""
    ? prompt
    : `${prompt}, avoiding “${model.negative}”`;
}

function stageOfSpec(state: Omit<StageParts, keyof RefusedParts>): SamplesStage {
  const { samples, spec, live, run } = state;
  const busy = isBusy(run);
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
export function imageRunAnnouncement(state: StripParts): string {
  const own = state.weights[state.spec.model.weights];
  const quarters = Math.floor(4 * progressOf(state)) * 25;
  if (own.phase === "loading") return `Loading the weights, ${quarters} %`;
  if (state.run.phase === "running")
    return `${state.run.stage === "preview" ? "Drawing" : "Measuring"}, ${quarters} % done`;
  return imageRunText(state);
}
