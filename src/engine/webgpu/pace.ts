/** How long command buffers may take, and how fast a device turned out to be. */
import type { GpuContext } from "../../gpu/device.ts";
import type { WorkQueueOptions } from "../../gpu/work-queue.ts";
import type { RunControl } from "../engine.ts";

/** Speed carried from run to run, cost units (about ns of one core of a software adapter) per ms. */
export interface Pace {
  speed: number;
}

/** Two command buffers may be in flight, so a cancelled run ends within twice this. */
const BUDGET_MS = { software: 30, hardware: 12 } as const;

/** Cautious first guesses: the first command buffer must not be long. */
export function initialPace(software: boolean): Pace {
  return { speed: software ? 5e5 : 5e7 };
}

export function queueOptions(
  context: GpuContext,
  pace: Pace,
  total: number,
  control: RunControl,
): WorkQueueOptions {
  return {
    budgetMs: context.software ? BUDGET_MS.software : BUDGET_MS.hardware,
    speed: pace.speed,
    total,
    signal: control.signal,
    onProgress: control.onProgress,
    lost: context.lost,
  };
}
