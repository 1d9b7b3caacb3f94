/** Where things lie in a line plot, worked out without drawing: its inner rectangle, pixels of values, and ticks with room. */
import type { Domain } from "./axis.ts";

/** Free space around a plot and its axes, CSS px. */
export const PLOT_MARGIN = { top: 10, right: 14, bottom: 4, left: 4 } as const;
/** Room for the numbers and the label of the horizontal axis, and the least of the vertical one, CSS px. */
export const X_AXIS_HEIGHT = 42;
const Y_AXIS_WIDTH = 64;
/** What the vertical axis needs beside its numbers, CSS px: its label on edge, a gap, and the ticks. */
const Y_AXIS_REST = 28;
/** Width of a digit of tick text, and least space between two numbers, CSS px. */
const DIGIT = 6.8;
const GAP = 6;

/** One axis of a plot: `at` gives the pixel of a value. */
export interface PlotAxis {
  readonly domain: Domain;
  readonly scale: "linear" | "log";
  at(value: number): number;
}

/** The rectangle that curves are drawn in, CSS px from the upper left corner of the plot. */
export interface PlotPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Width of the vertical axis, CSS px, so that its longest number keeps clear of its label; 64 where numbers are short, so that
 * most plots of a column begin at one place.
 */
export function yAxisWidth(texts: readonly string[]): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  return Math.max(Y_AXIS_WIDTH, Math.ceil(DIGIT * longest + Y_AXIS_REST));
}

/** The inner rectangle of a plot of `width` x `height` CSS px whose vertical axis takes `axisWidth`; at least 1 x 1. */
export function plotPlace(width: number, height: number, axisWidth = Y_AXIS_WIDTH): PlotPlace {
  const { top, right, bottom, left } = PLOT_MARGIN;
  return {
    left: left + axisWidth,
    top,
    width: Math.max(1, width - left - right - axisWidth),
    height: Math.max(1, height - top - bottom - X_AXIS_HEIGHT),
  };
}

/** An axis whose domain [lo, hi], hi > lo (and lo > 0 on a logarithmic one), spans the pixels `from` .. `to`. */
export function plotAxis(domain: Domain, scale: "linear" | "log", from: number, to: number): PlotAxis {
  const of = scale === "log" ? Math.log : (value: number) => value;
  const [lo, hi] = [of(domain[0]), of(domain[1])];
  return { domain, scale, at: (value) => from + ((of(value) - lo) / (hi - lo)) * (to - from) };
}

/**
 * The ticks of a horizontal axis whose numbers do not run into each other: from the left, each that keeps clear of the one
 * before. Estimated from the number of characters: measuring text makes the browser lay out the page.
 */
export function roomyTicks(
  ticks: readonly number[],
  axis: PlotAxis,
  textOf: (tick: number) => string,
): number[] {
  let end = -Infinity;
  return ticks.filter((tick) => {
    const half = (DIGIT * textOf(tick).length) / 2;
    const at = axis.at(tick);
    if (at - half < end + GAP) return false;
    end = at + half;
    return true;
  });
}
