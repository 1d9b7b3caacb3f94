/** What the updates of an iteration add up to. */
import { ratioError, type SurrogateValue } from "./surrogate.ts";

export interface UpdateLog {
  /** Adds what one call of a surrogate gave; `fresh` tells which rows the present policy drew, all if left out. */
  add(value: Pick<SurrogateValue, "loss" | "clipped" | "logRatio">, fresh?: (i: number) => boolean): void;
  /** Ends an update. */
  end(gradientNorm: number): void;
  /** Means over the updates, clip fraction over their rows, ratio error of the first update. */
  result(): {
    readonly loss: number;
    readonly gradientNorm: number;
    readonly clipFraction: number;
    readonly firstRatioError: number;
  };
}

export function createUpdateLog(): UpdateLog {
  let updates = 0;
  let rowsSeen = 0;
  let loss = 0;
  let norm = 0;
  let clipped = 0;
  let firstRatioError = 0;
  return {
    add({ loss: part, clipped: outside, logRatio }, fresh) {
      loss += part;
      clipped += outside;
      rowsSeen += logRatio.length;
      if (updates === 0) firstRatioError = Math.max(firstRatioError, ratioError(logRatio, fresh));
    },
    end(gradientNorm) {
      updates++;
      norm += gradientNorm;
    },
    result: () => ({
      loss: loss / Math.max(1, updates),
      gradientNorm: norm / Math.max(1, updates),
      clipFraction: clipped / Math.max(1, rowsSeen),
      firstRatioError,
    }),
  };
}
