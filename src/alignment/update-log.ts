/** What the updates of an iteration add up to. */
import type { SurrogateValue } from "./surrogate.ts";

export interface UpdateLog {
  /** Adds what one call of the surrogate gave on `rows` rows. */
  add(value: Pick<SurrogateValue, "loss" | "clipped" | "ratioError">, rows: number): void;
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
    add(value, rows) {
      loss += value.loss;
      clipped += value.clipped;
      rowsSeen += rows;
      if (updates === 0) firstRatioError = Math.max(firstRatioError, value.ratioError);
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
