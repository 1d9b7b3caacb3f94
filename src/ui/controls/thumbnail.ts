/** Small pictures of specs, computed from them: the law as outlines, and the reward's best place. Coordinates 0 .. 100 by 0 .. 56. */
import type { ComponentSpec, CovarianceSpec, ExperimentSpec, ShapeName } from "../../spec/types.ts";

export const THUMB_WIDTH = 100;
export const THUMB_HEIGHT = 56;

export type Thumbnail =
  | { readonly kind: "density"; readonly path: string; readonly mark: number | null }
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
export function thumbnailOf({ model, reward }: ExperimentSpec): Thumbnail {
  const center =
    "center" in reward ? reward.center : reward.kind === "bumps" ? reward.bumps[0]?.center : undefined;
  if (model.kind === "shape") return plane([], shapeDots(model.shape), center);
  const components = model.kind === "gaussian" ? gaussianComponents(model) : (model.components ?? []);
  const dim = components[0]?.mean.length ?? 2;
  if (dim === 1) return density(components, center?.[0]);
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

const SAMPLES = 80;

function density(components: readonly ComponentSpec[], mark: number | undefined): Thumbnail {
  const spread = (c: ComponentSpec) => 3.2 * Math.sqrt(c.cov[0]?.[0] ?? 1);
  const mean = (c: ComponentSpec) => c.mean[0] ?? 0;
  const lo = Math.min(...components.map((c) => mean(c) - spread(c)), mark ?? Infinity) - 0.2;
  const hi = Math.max(...components.map((c) => mean(c) + spread(c)), mark ?? -Infinity) + 0.2;
  const values = Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const x = lo + ((hi - lo) * i) / SAMPLES;
    return components.reduce((sum, c) => {
      const v = Math.max(1e-6, c.cov[0]?.[0] ?? 1);
      return sum + (c.weight * Math.exp(-((x - mean(c)) ** 2) / (2 * v))) / Math.sqrt(v);
    }, 0);
  });
  const peak = Math.max(...values);
  const points = values.map(
    (v, i) =>
      `${((THUMB_WIDTH * i) / SAMPLES).toFixed(1)} ${(THUMB_HEIGHT - 6 - (v / peak) * (THUMB_HEIGHT - 14)).toFixed(1)}`,
  );
  return {
    kind: "density",
    path: `M ${points.join(" L ")}`,
    mark: mark === undefined ? null : (THUMB_WIDTH * (mark - lo)) / (hi - lo),
  };
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
