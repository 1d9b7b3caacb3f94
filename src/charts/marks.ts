/** How each kind of series is drawn: never by colour alone, but by dash, marker and shading too. */
import type { Hue, TheoryKind } from "../measure/series.ts";

export interface TheoryMark {
  readonly word: TheoryKind;
  /** SVG stroke-dasharray; empty for a solid line. */
  readonly dash: string;
  readonly width: number;
  /** Shaded between zero and the curve. */
  readonly shaded: boolean;
  /** One line that says what the kind promises. */
  readonly meaning: string;
}

/** Line style of each kind of theory. */
export const THEORY_MARKS: Readonly<Record<TheoryKind, TheoryMark>> = {
  exact: {
    word: "exact",
    dash: "",
    width: 2,
    shaded: false,
    meaning: "Holds with equality, up to the numerical error shown.",
  },
  bound: {
    word: "bound",
    dash: "12 5",
    width: 1.75,
    shaded: true,
    meaning: "The true value never exceeds it in size, if its assumptions hold.",
  },
  asymptotic: {
    word: "asymptotic",
    dash: "1.5 4",
    width: 2.25,
    shaded: false,
    meaning: "The leading behaviour in a limit; off at small values.",
  },
  heuristic: {
    word: "heuristic",
    dash: "9 4 2 4",
    width: 1.75,
    shaded: false,
    meaning: "A useful approximation without a guarantee.",
  },
};

export type Marker = "circle" | "square" | "triangle" | "diamond" | "cross" | "plus" | "star";

/** Marker of each colour slot, so that measured series differ in shape as well. */
export const MARKERS: Readonly<Record<Hue, Marker>> = {
  ode: "square",
  sde: "circle",
  gap: "diamond",
  bound: "cross",
  data: "plus",
  target: "triangle",
  accent: "star",
};

/** CSS colour of a slot; the theme defines it. */
export function hueColour(hue: Hue): string {
  return `var(--hue-${hue})`;
}

/** SVG path of a marker about (0, 0), about 2 r wide. Stroked markers ("cross", "plus") are open. */
export function markerPath(marker: Marker, r: number): string {
  switch (marker) {
    case "circle":
      return `M ${r} 0 A ${r} ${r} 0 1 1 ${-r} 0 A ${r} ${r} 0 1 1 ${r} 0 Z`;
    case "square":
      return polygon(4, r * 1.2, Math.PI / 4);
    case "triangle":
      return polygon(3, r * 1.25, -Math.PI / 2);
    case "diamond":
      return polygon(4, r * 1.3, 0);
    case "star":
      return star(r * 1.4);
    case "plus":
      return `M ${-r} 0 H ${r} M 0 ${-r} V ${r}`;
    case "cross":
      return `M ${-r} ${-r} L ${r} ${r} M ${-r} ${r} L ${r} ${-r}`;
  }
}

function polygon(corners: number, radius: number, turn: number): string {
  return closed(
    Array.from({ length: corners }, (_, i) => corner(radius, turn + (2 * Math.PI * i) / corners)),
  );
}

function star(radius: number): string {
  return closed(
    Array.from({ length: 10 }, (_, i) =>
      corner(i % 2 === 0 ? radius : radius * 0.45, -Math.PI / 2 + (Math.PI * i) / 5),
    ),
  );
}

function corner(radius: number, angle: number): string {
  return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
}

function closed(corners: readonly string[]): string {
  return `M ${corners.join(" L ")} Z`;
}
