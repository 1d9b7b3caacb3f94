/** What a plane view shows. Lives in memory: no number depends on it. */

export interface ViewOptions {
  readonly points: boolean;
  readonly density: boolean;
  readonly trails: boolean;
  readonly contours: boolean;
  readonly reward: boolean;
  /** Window: fits each moment, the samples, or the whole path. */
  readonly window: "moment" | "samples" | "path";
}

export const FIRST_OPTIONS: ViewOptions = {
  points: true,
  density: false,
  trails: false,
  contours: true,
  reward: true,
  window: "moment",
};
