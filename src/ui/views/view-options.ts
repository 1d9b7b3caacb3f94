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

/** Opacity of one particle among so many: the fainter, the more there are and the more is drawn under them. */
export function pointOpacity(particles: number, { density, trails }: ViewOptions): number {
  const alone = Math.max(0.12, Math.min(0.8, 900 / particles));
  return alone * (density ? 0.45 : 1) * (trails ? 0.6 : 1);
}
