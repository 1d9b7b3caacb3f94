/** What the run is doing, in a sentence. */
import type { RunState, StudyCharts } from "../lab/state.ts";
import { durationText, leftText } from "./time-words.ts";

/** For the strip under the header. `refusal` is why the open study has no answer for the present setting, or null. */
export function runText(run: RunState, refusal: string | null = null): string {
  switch (run.phase) {
    case "idle":
      return "Ready. Press Run to measure.";
    case "preparing":
      return "Working out the theory …";
    case "running": {
      const share = `${Math.round(100 * run.done)} %`;
      const left = run.etaMs === null ? "" : `, ${leftText(run.etaMs)}`;
      return run.stage === "preview" ? "Measuring, quick look first …" : `Measuring, ${share} done${left}`;
    }
    case "done":
      if (refusal !== null) return `No answer for this setting: ${refusal}`;
      return run.particles === 0
        ? "Done: theory only, nothing to measure here."
        : `Done: ${run.particles.toLocaleString("en-US")} particles per sampler${run.wallMs < 1 ? "" : ` in ${durationText(run.wallMs)}`}.`;
    case "cancelled":
      return "Cancelled. Points measured so far stay.";
    case "failed":
      return `Failed: ${run.message}`;
  }
}

/** The same for screen readers: coarse, so that it is not read out ten times a second. */
export function runAnnouncement(run: RunState, refusal: string | null = null): string {
  if (run.phase !== "running") return runText(run, refusal);
  return `Measuring, ${Math.floor(4 * run.done) * 25} % done`;
}

/** How finished the charts of a study are; `current` is whether they are of the present spec. */
export function stageText(shown: StudyCharts | undefined, current: boolean): string {
  if (shown === undefined) return "\u00a0";
  if (!current) return "Updating …";
  if (shown.refusal !== null) return "No answer for this setting";
  const n = shown.particles.toLocaleString("en-US");
  switch (shown.stage) {
    case "stored":
      return `Stored result, n = ${n}; measuring afresh …`;
    case "theory":
      return "Theory only so far";
    case "preview":
      return `Quick look, n = ${n}`;
    case "full":
      return shown.particles === 0
        ? "Theory"
        : `Measured, n = ${n}, on ${shown.engine?.adapter ?? "the engine"}`;
  }
}
