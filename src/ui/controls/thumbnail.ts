/**
 * Small pictures of specs, computed from them: in 1-D the course from noise (left) to samples (right) with its steps and
 * the final law, else the law as outlines; and the reward's best place. Coordinates 0 .. 100 by 0 .. 56.
 */
import type {
  ComponentSpec,
  CovarianceSpec,
  ExperimentSpec,
  ProcessSpec,
  ShapeName,
} from "../../spec/types.ts";
import { isNoisy, signalAt, stepTimes, tiltedGaussian } from "./thumbnail-paths.ts";

export const THUMB_WIDTH = 100;
export const THUMB_HEIGHT = 56;

export type Thumbnail =
  | {
      readonly kind: "course";
      /** One closed band per component: its mean +- 2 standard deviations over time. */
      readonly bands: readonly string[];
      readonly steps: readonly { readonly x: number; readonly noisy: boolean }[];
      /** Outline of the law at the end, and of the tilted one that fine-tuning aims at. */
      readonly law: string;
      readonly target: string | null;
      /** y of the reward's centre. */
      readonly mark: number | null;
    }
  | {
      readonly kind: "plane";
      readonly ellipses: readonly Ellipse[];
      readonly dots: readonly (readonly [number, number])[];
      readonly mark: readonly [number, number] | null;
    }
  | { readonly kind: "spectrum"; readonly bars: readonly number[] };

export interface Ellipse {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  /** Degrees. */
  readonly turn: number;
  readonly weight: number;
}

/** The picture of a spec's data law with the place of the reward's centre, if it has one. */
export function thumbnailOf(spec: ExperimentSpec): Thumbnail {
  const { model, reward } = spec;
  const center =
    "center" in reward ? reward.center : reward.kind === "bumps" ? reward.bumps[0]?.center : undefined;
  if (model.kind === "shape") return plane([], shapeDots(model.shape), center);
  const components = model.kind === "gaussian" ? gaussianComponents(model) : (model.components ?? []);
  const dim = components[0]?.mean.length ?? 2;
  if (dim === 1) return course(spec, components, center?.[0]);
  if (dim === 2) return plane(components, [], center);
  return { kind: "spectrum", bars: (model.kind === "gaussian" ? model.mean : []).slice(0, 64) };
}

function gaussianComponents(model: {
  readonly mean: readonly number[];
  readonly cov: CovarianceSpec;
}): ComponentSpec[] {
  const d = model.mean.length;
  if (d > 2) return [{ weight: 1, mean: model.mean, cov: [] }];
  const cov = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => covEntry(model.cov, i, j)),
  );
  return [{ weight: 1, mean: model.mean, cov }];
}

function covEntry(cov: CovarianceSpec, i: number, j: number): number {
  if (!("kind" in cov)) return cov[i]?.[j] ?? 0;
  if (cov.kind === "exponential") return cov.variance * cov.correlation ** Math.abs(i - j);
  if (i !== j) return 0;
  return cov.kind === "isotropic" ? cov.variance : (cov.variances[i] ?? 1);
}

const SAMPLES = 48;
/** The course fills the picture up to here; the final law stands to the right of it. */
const COURSE_END = 70;
const COURSE_BOTTOM = THUMB_HEIGHT - 3;
const MOST_STEPS = 64;

function course(
  spec: ExperimentSpec,
  components: readonly ComponentSpec[],
  center: number | undefined,
): Thumbnail {
  const { process, sampler, target: goal } = spec;
  const tilted = tiltedGaussian(components, spec);
  // The tilted score runs the tilted law through time; the optimal control bends the paths of the data law.
  const moving = tilted !== null && goal.kind === "tilted" ? [tilted] : components;
  const times = Array.from({ length: SAMPLES + 1 }, (_, i) => 1 - i / SAMPLES);
  const edges = moving.map((component) => times.map((u) => edgesAt(component, process, u)));
  const ends = [...edges.flat(2), ...(center === undefined ? [] : [center])].filter(Number.isFinite);
  const [lo, hi] = [Math.min(...ends), Math.max(...ends)];
  const y = (value: number) => COURSE_BOTTOM - ((value - lo) / (hi - lo || 1)) * (COURSE_BOTTOM - 3);
  const x = (u: number) => COURSE_END * (1 - u);
  const count = Math.min(MOST_STEPS, sampler.steps);
  const scale = {
    lo,
    hi,
    y,
    peak: Math.max(...[...components, ...(tilted === null ? [] : [tilted])].map(peakOf)),
  };
  return {
    kind: "course",
    bands: edges.map((band) => {
      const upper = band.map(([, high], i) => point(x(times[i] ?? 0), y(high)));
      const lower = band.map(([low], i) => point(x(times[i] ?? 0), y(low))).reverse();
      return `M ${[...upper, ...lower].join(" L ")} Z`;
    }),
    steps: stepTimes(sampler.grid, count, process.T).map((u, k) => ({
      x: x(u),
      noisy: k < count && isNoisy(sampler, k, count),
    })),
    law: outline(components, scale),
    target: tilted === null ? null : outline([tilted], scale),
    mark: center === undefined ? null : y(center),
  };
}

function edgesAt({ mean, cov }: ComponentSpec, process: ProcessSpec, u: number): readonly [number, number] {
  const { alpha, sigma } = signalAt(process, u);
  const middle = alpha * (mean[0] ?? 0);
  const reach = 2 * Math.sqrt(alpha ** 2 * (cov[0]?.[0] ?? 1) + sigma ** 2);
  return [middle - reach, middle + reach];
}

function point(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** Height of a component's density, up to a common factor. */
function peakOf({ weight, cov }: ComponentSpec): number {
  return weight / Math.sqrt(Math.max(1e-6, cov[0]?.[0] ?? 1));
}

/** A density drawn sideways at the end of the course. */
function outline(
  components: readonly ComponentSpec[],
  scale: { lo: number; hi: number; peak: number; y: (value: number) => number },
): string {
  const values = Array.from({ length: 2 * SAMPLES + 1 }, (_, i) => {
    const at = scale.lo + ((scale.hi - scale.lo) * i) / (2 * SAMPLES);
    const height = components.reduce((sum, c) => {
      const v = Math.max(1e-6, c.cov[0]?.[0] ?? 1);
      return sum + peakOf(c) * Math.exp(-((at - (c.mean[0] ?? 0)) ** 2) / (2 * v));
    }, 0);
    return point(
      COURSE_END + 2 + Math.min(1, height / scale.peak) * (THUMB_WIDTH - COURSE_END - 5),
      scale.y(at),
    );
  });
  return `M ${values.join(" L ")}`;
}

function plane(
  components: readonly ComponentSpec[],
  dots: readonly (readonly [number, number])[],
  center: readonly number[] | undefined,
): Thumbnail {
  const xs = [...components.flatMap((c) => spanOf(c, 0)), ...dots.map(([x]) => x)];
  const ys = [...components.flatMap((c) => spanOf(c, 1)), ...dots.map(([, y]) => y)];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((THUMB_WIDTH - 8) / (x1 - x0 || 1), (THUMB_HEIGHT - 8) / (y1 - y0 || 1));
  const place = (x: number, y: number): [number, number] => [
    THUMB_WIDTH / 2 + scale * (x - (x0 + x1) / 2),
    THUMB_HEIGHT / 2 - scale * (y - (y0 + y1) / 2),
  ];
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  return {
    kind: "plane",
    dots: dots.map(([x, y]) => place(x, y)),
    ellipses: components.map((c) => ellipseOf(c, place, scale, total)),
    mark: center === undefined ? null : place(center[0] ?? 0, center[1] ?? 0),
  };
}

function spanOf({ mean, cov }: ComponentSpec, i: number): [number, number] {
  const reach = 2 * Math.sqrt(cov[i]?.[i] ?? 1);
  return [(mean[i] ?? 0) - reach, (mean[i] ?? 0) + reach];
}

function ellipseOf(
  { weight, mean, cov }: ComponentSpec,
  place: (x: number, y: number) => [number, number],
  scale: number,
  total: number,
): Ellipse {
  const [a, b, c] = [cov[0]?.[0] ?? 1, cov[0]?.[1] ?? 0, cov[1]?.[1] ?? 1];
  const middle = (a + c) / 2;
  const off = Math.hypot((a - c) / 2, b);
  const [cx, cy] = place(mean[0] ?? 0, mean[1] ?? 0);
  return {
    cx,
    cy,
    rx: 1.5 * scale * Math.sqrt(middle + off),
    ry: 1.5 * scale * Math.sqrt(Math.max(0, middle - off)),
    turn: (-Math.atan2(2 * b, a - c) * 90) / Math.PI,
    weight: weight / total,
  };
}

/** The outline of a shape without its blur, as dots. */
function shapeDots(shape: ShapeName): (readonly [number, number])[] {
  const along = (n: number) => Array.from({ length: n }, (_, i) => i / (n - 1));
  switch (shape) {
    case "moons":
      return along(22).flatMap((u) => [
        [Math.cos(Math.PI * u) - 0.5, Math.sin(Math.PI * u) - 0.25] as const,
        [0.5 - Math.cos(Math.PI * u), 0.25 - Math.sin(Math.PI * u)] as const,
      ]);
    case "spirals":
      return along(34).flatMap((u) => {
        const angle = 3 * Math.PI * Math.sqrt(u);
        const r = 0.15 + Math.sqrt(u);
        return [
          [r * Math.cos(angle), r * Math.sin(angle)] as const,
          [-r * Math.cos(angle), -r * Math.sin(angle)] as const,
        ];
      });
    case "rings":
      return [0.5, 1].flatMap((r) =>
        along(r * 48).map((u) => [r * Math.cos(2 * Math.PI * u), r * Math.sin(2 * Math.PI * u)] as const),
      );
    case "checkerboard":
      return along(16).flatMap((u, i) =>
        along(16).flatMap((v, j) =>
          ((i >> 2) + (j >> 2)) % 2 === 0 ? [[u * 2 - 1, v * 2 - 1] as const] : [],
        ),
      );
  }
}
