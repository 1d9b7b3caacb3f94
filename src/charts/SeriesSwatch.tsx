/** The line or marker of a series, small, as the legend shows it. */
import type { Series } from "../measure/series.ts";
import { hueColour, markerPath, MARKERS, THEORY_MARKS } from "./marks.ts";

/** Decorative: the label beside it carries the meaning. */
export function SeriesSwatch({ series }: { readonly series: Series }) {
  const colour = hueColour(series.hue);
  return (
    <svg className="swatch" width="28" height="14" viewBox="0 0 28 14" aria-hidden="true" focusable="false">
      {series.role === "measured" ? (
        <>
          <path d="M 14 0.5 V 13.5 M 11.5 0.5 H 16.5 M 11.5 13.5 H 16.5" stroke={colour} strokeWidth="1.25" />
          <path
            d={markerPath(MARKERS[series.hue], 3.6)}
            transform="translate(14 7)"
            fill={colour}
            stroke={colour}
            strokeWidth="0.75"
          />
        </>
      ) : (
        <>
          {THEORY_MARKS[series.kind].shaded && (
            <rect y="7" width="28" height="7" fill={colour} opacity="0.15" />
          )}
          <path
            d="M 0 7 H 28"
            stroke={colour}
            strokeWidth={THEORY_MARKS[series.kind].width}
            strokeDasharray={THEORY_MARKS[series.kind].dash || undefined}
            strokeLinecap={series.kind === "asymptotic" ? "round" : "butt"}
          />
        </>
      )}
    </svg>
  );
}
