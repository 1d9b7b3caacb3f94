/** What the run is doing, in a sentence. */
import type { RunState } from "../lab/state.ts";
import { durationText } from "./time-words.ts";

/** For the strip under the header. */
export function runText(run: RunState): string {
  switch (run.phase) {
    case "idle":
      return "Ready. Press Run to measure.";
    case "preparing":
      return "Working out the theory …";
    case "running": {
      const share = `${Math.round(100 * run.done)} %`;
      const left = run.etaMs === null ? "" : `, about ${durationText(run.etaMs)} left`;
      return run.stage === "preview" ? "Measuring, quick look first …" : `Measuring, ${share} done${left}`;
    }
    case "done":
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
export function runAnnouncement(run: RunState): string {
  if (run.phase !== "running") return runText(run);
  return `Measuring, ${Math.floor(4 * run.done) * 25} % done`;
}
