/** Reward hacking: the trained reward rises while the held-out reward or the diversity falls, or the KL explodes. */
import type { Estimate } from "../../measure/estimate.ts";
import { formatCount, formatInterval } from "../../measure/number-words.ts";
import { interval } from "../../measure/verdict.ts";
import { say, sayCounted } from "../chart-parts.ts";
import type { PolicyMeasurement } from "./measurement.ts";

export interface HackingAlarm {
  readonly sign: "held-out" | "diversity" | "kl";
  readonly iteration: number;
  /** One sentence with its moment and its numbers. */
  readonly message: string;
}

/** Diversity below this share of the start's is a collapse; some loss is what raising a reward means. */
const COLLAPSE = 0.5;
/** nats; the best of e^20 (about 5 10^8) samples would be as far from the reference. */
const FAR = 20;

/**
 * Alarms at the newest measurement, against the first one. A rise or fall counts where the 95 % intervals of the two lie apart.
 * Both are of one policy on the same noise, so intervals that lie apart are a strict test.
 */
export function hackingAlarms(measurements: readonly PolicyMeasurement[]): readonly HackingAlarm[] {
  const [start] = measurements;
  const now = measurements.at(-1);
  if (start === undefined || now === undefined || start === now) return [];
  const { iteration } = now;
  // The page may show the samples of another moment beside it.
  const moment = `At iteration ${iteration} `;
  const alarms: HackingAlarm[] = [];
  const kl = now.sde?.kl ?? null;
  if (kl !== null && interval(kl)[0] > FAR) {
    const message = `${moment}the KL to the pretrained model is ${formatInterval(kl)} nats (${formatCount(kl.n)}), as far as the best of e^${say(Math.round(kl.value))} samples; raise klWeight or stop earlier.`;
    alarms.push({ sign: "kl", iteration, message });
  }
  if (!above(now.ode.reward, start.ode.reward)) return alarms;
  if (start.ode.heldOut !== null && now.ode.heldOut !== null && above(start.ode.heldOut, now.ode.heldOut)) {
    const message = `${moment}the trained reward has risen but the held-out one fell, from ${formatInterval(start.ode.heldOut)} to ${sayCounted(now.ode.heldOut)}: samples please the trained reward alone.`;
    alarms.push({ sign: "held-out", iteration, message });
  }
  const before = start.ode.diversity;
  if (interval(now.ode.diversity)[1] < COLLAPSE * interval(before)[0]) {
    const message = `${moment}the trained reward has risen but samples grew alike: their mean distance fell from ${formatInterval(before)} to ${sayCounted(now.ode.diversity)}.`;
    alarms.push({ sign: "diversity", iteration, message });
  }
  return alarms;
}

/** True if a lies above b beyond both intervals. */
function above(a: Estimate, b: Estimate): boolean {
  return interval(a)[0] > interval(b)[1];
}
