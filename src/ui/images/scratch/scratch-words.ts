/** What the training from scratch says of itself. */
import { formatCount, formatInterval, formatNumber } from "../../../charts/format.ts";
import type { ScratchMean } from "../../../engine/scratch-training.ts";
import type { ScratchData, ScratchPhase } from "../../../lab/images/scratch.ts";

const PHASES: Readonly<Record<ScratchPhase, string>> = {
  idle: "",
  starting: "starting …",
  running: "training",
  paused: "paused",
  ending: "ending …",
  ended: "done",
  failed: "failed",
};

/** One or two words for the head of the section. */
export function phaseWord(phase: ScratchPhase): string {
  return PHASES[phase];
}

/** How far the training is: "1,200 steps, 76,800 images, 2.5 min; 512 images/s". */
export function progressText({ progress }: Pick<ScratchData, "progress">): string {
  if (progress === null) return "No steps yet; the first takes longest.";
  const { step, images, seconds, speed } = progress;
  const count = (n: number) => n.toLocaleString("en-GB");
  return (
    `${count(step)} steps, ${count(images)} images, ${formatNumber(seconds / 60, 2)} min; ` +
    `${formatNumber(speed, 3)} images/s`
  );
}

/** "0.41 ± 0.03 (95 %, n = 32)" */
export function meanText(mean: ScratchMean): string {
  return mean.n > 1
    ? `${formatInterval(mean)} (95 %, ${formatCount(mean.n)})`
    : `${formatNumber(mean.value, 3)} (${formatCount(1)})`;
}
