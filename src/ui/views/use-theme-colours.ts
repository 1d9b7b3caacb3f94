/** The theme's colours as numbers, for canvases; SVG takes them as CSS variables. */
import { useEffect, useState } from "react";
import type { Hue } from "../../measure/series.ts";
import { parseRgb } from "../../render/colour-ramp.ts";
import type { Rgb } from "../../render/scene.ts";

export type ThemeColours = Readonly<Record<Hue, Rgb>>;

const HUES: readonly Hue[] = ["ode", "sde", "gap", "bound", "data", "target", "accent"];
const GREY: Rgb = [128, 128, 128];

/** Colours of the slots in the present theme; changes with it. */
export function useThemeColours(): ThemeColours {
  return useCssColours(HUES, "--hue-");
}

/** Ends of the reward's colour scale. */
export function useRewardColours(): Readonly<Record<"high" | "low", Rgb>> {
  return useCssColours(ENDS, "--reward-");
}

const ENDS = ["high", "low"] as const;

function useCssColours<K extends string>(names: readonly K[], prefix: string): Readonly<Record<K, Rgb>> {
  const [colours, setColours] = useState(() => readColours(names, prefix));
  useEffect(() => {
    const update = () => setColours((before) => sameOr(before, readColours(names, prefix)));
    update();
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true });
    const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
      matchMedia(query),
    );
    for (const list of media) list.addEventListener("change", update);
    return () => {
      observer.disconnect();
      for (const list of media) list.removeEventListener("change", update);
    };
  }, [names, prefix]);
  return colours;
}

function readColours<K extends string>(names: readonly K[], prefix: string): Record<K, Rgb> {
  const style = getComputedStyle(document.documentElement);
  const entries = names.map((name) => [name, toRgb(style.getPropertyValue(prefix + name))] as const);
  return Object.fromEntries(entries) as Record<K, Rgb>;
}

/** Any CSS colour as sRGB: a canvas knows them all, and says plain ones as #rrggbb. */
function toRgb(css: string): Rgb {
  const plain = parseRgb(css);
  if (plain !== null) return plain;
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (context === null || css.trim() === "") return GREY;
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  const [r = 128, g = 128, b = 128] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

function sameOr<K extends string>(before: Record<K, Rgb>, now: Record<K, Rgb>): Record<K, Rgb> {
  const names = Object.keys(before) as K[];
  return names.every((name) => before[name].join() === now[name].join()) ? before : now;
}
