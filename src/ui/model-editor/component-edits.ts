/** Edits of a mixture's components: pure, with numbers rounded so that they read well and fit a link. */
import { LIMITS } from "../../spec/limits.ts";
import type { ComponentSpec } from "../../spec/types.ts";
import { covarianceOf, type Ellipse } from "./ellipse.ts";

/** Most and fewest components. */
export const COMPONENT_LIMITS = LIMITS.components;

export type Components = readonly ComponentSpec[];

/** `value` to a thousandth of `span`: what a drag can mean. */
export function dragRounded(value: number, span: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1e-9, span) / 500));
  return tidy(Math.round(value / unit) * unit);
}

/** `value` to 4 significant digits. */
export function tidy(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(4));
}

/** The components with one replaced. */
export function withComponent(components: Components, index: number, next: ComponentSpec): ComponentSpec[] {
  return components.map((component, i) => (i === index ? next : component));
}

/** One more component at `mean`, as heavy and as wide as the average of the others. */
export function withAdded(components: Components, mean: readonly number[]): ComponentSpec[] {
  if (components.length >= COMPONENT_LIMITS.max) return [...components];
  const count = Math.max(1, components.length);
  const weight = components.reduce((sum, c) => sum + c.weight, 0) / count || 1;
  const spread = mean.map(
    (_, i) => components.reduce((sum, c) => sum + (c.cov[i]?.[i] ?? 0), 0) / count || 0.1,
  );
  const cov = mean.map((_, i) => mean.map((__, j) => (i === j ? tidy(spread[i] ?? 0.1) : 0)));
  return [...components, { weight: tidy(weight), mean: mean.map(tidy), cov }];
}

/** The components without one; the last one stays. */
export function withoutComponent(components: Components, index: number): ComponentSpec[] {
  if (components.length <= COMPONENT_LIMITS.min) return [...components];
  return components.filter((_, i) => i !== index);
}

/** The component with its covariance from an ellipse; axes at least `least` long. */
export function withEllipse(component: ComponentSpec, ellipse: Ellipse, least: number): ComponentSpec {
  const cov = covarianceOf({
    ...ellipse,
    first: Math.max(least, ellipse.first),
    second: Math.max(least, ellipse.second),
  });
  return { ...component, cov: semiDefinite(cov) };
}

/** Entries to 4 significant digits, towards a covariance that stays positive definite: diagonal up, cross term inwards. */
function semiDefinite(cov: readonly (readonly number[])[]): number[][] {
  return cov.map((row, i) => row.map((value, j) => toDigits(value, i === j ? Math.ceil : Math.trunc)));
}

function toDigits(value: number, whole: (x: number) => number): number {
  // Below this the unit would underflow; a drag cannot mean so little.
  if (Math.abs(value) < 1e-30) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 3);
  return Number((whole(value / unit) * unit).toPrecision(4));
}

/** Window about all components, 3 standard deviations and a little more; square in the plane. */
export function editorBox(components: Components, dim: number, more: readonly (readonly number[])[] = []) {
  const ends = Array.from({ length: dim }, (_, i) => {
    const lows = components.map((c) => (c.mean[i] ?? 0) - 3 * Math.sqrt(c.cov[i]?.[i] ?? 0));
    const highs = components.map((c) => (c.mean[i] ?? 0) + 3 * Math.sqrt(c.cov[i]?.[i] ?? 0));
    const points = more.map((point) => point[i] ?? 0);
    return [Math.min(...lows, ...points), Math.max(...highs, ...points)] as const;
  });
  const half = Math.max(0.5, ...ends.map(([lo, hi]) => (hi - lo) / 2)) * 1.12;
  return {
    lo: ends.map(([lo, hi]) => (lo + hi) / 2 - half),
    hi: ends.map(([lo, hi]) => (lo + hi) / 2 + half),
  };
}
