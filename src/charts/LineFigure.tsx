/** A line chart with its legend; the plot itself arrives lazily in space kept for it. */
import { lazy, Suspense, useMemo, useRef, useState, type ReactNode } from "react";
import type { LineChartData, Series } from "../measure/series.ts";
import { hasIntervals, seriesWords } from "./intervals.ts";
import { layOutLineChart } from "./line-layout.ts";
import { THEORY_MARKS } from "./marks.ts";
import { SeriesSwatch } from "./SeriesSwatch.tsx";
import { usePeek } from "./use-peek.ts";
import { useWidth } from "./use-size.ts";
import { useInView, useTurn } from "./use-turn.ts";

const LinePlot = lazy(() => import("./LinePlot.tsx"));

export interface LineFigureProps {
  readonly chart: LineChartData;
  readonly height: number;
  readonly onPick?: ((x: number) => void) | undefined;
  /** Card of a formula id, shown when a curve's legend entry is opened. */
  readonly formulaCard: (formula: string) => ReactNode;
}

/** A formula card needs about so many CSS px; with less below the legend it opens above. */
const PEEK_ROOM = 280;

/** The numbers under the pointer need about so many CSS px below the plot. */
const TOOLTIP_ROOM = 190;

/** Plot, legend and notes of the axes. Hovering a legend entry brings its series forward; opening it shows the formula. */
export function LineFigure({ chart, height, onPick, formulaCard }: LineFigureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  // The card's words follow at once; drawing waits for its turn, and drawing anew for someone to look.
  const drawn = useTurn(chart, useInView(frame));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const peek = usePeek();
  const legend = useRef<HTMLDivElement>(null);
  const [peekAbove, setPeekAbove] = useState(false);
  const [tooltipAbove, setTooltipAbove] = useState(false);
  const notes = useMemo(() => layOutLineChart(chart, hidden).notes, [chart, hidden]);
  const open = chart.series.find((series) => series.id === opened);
  const peeked = chart.series.find((series) => series.id === peek.id && series.id !== opened);
  return (
    <>
      <div
        ref={frame}
        className="plot-frame"
        style={{ height }}
        onPointerEnter={() =>
          setTooltipAbove(innerHeight - (frame.current?.getBoundingClientRect().bottom ?? 0) < TOOLTIP_ROOM)
        }
      >
        <Suspense fallback={<div className="plot-wait" />}>
          {width > 0 && drawn !== null && (
            <LinePlot
              {...{ chart: drawn, width, height, hidden, highlighted, tooltipAbove }}
              onPick={onPick}
            />
          )}
        </Suspense>
      </div>
      <div className="legend-frame" ref={legend}>
        <ul className="legend" aria-label={`Legend of ${chart.title}`} onKeyDown={peek.onKeyDown}>
          {chart.series.map((series) => (
            <li key={series.id}>
              <LegendEntry
                series={series}
                hidden={hidden.has(series.id)}
                opened={opened === series.id}
                onHover={(on) => {
                  setHighlighted(on ? series.id : null);
                  if (!on) return peek.hide();
                  const below = innerHeight - (legend.current?.getBoundingClientRect().bottom ?? 0);
                  setPeekAbove(below < PEEK_ROOM);
                  peek.show(series.id);
                }}
                onOpen={() => {
                  peek.close();
                  setOpened(opened === series.id ? null : series.id);
                }}
              />
            </li>
          ))}
        </ul>
        {peeked?.role === "theory" && (
          <div
            className={peekAbove ? "legend-peek legend-peek-above" : "legend-peek"}
            onPointerEnter={peek.keep}
            onPointerLeave={peek.hide}
          >
            {formulaCard(peeked.formula)}
          </div>
        )}
      </div>
      {open !== undefined && (
        <SeriesCard
          series={open}
          hidden={hidden.has(open.id)}
          onToggle={() => setHidden(toggled(hidden, open.id))}
          onClose={() => setOpened(null)}
        >
          {open.role === "theory" && formulaCard(open.formula)}
        </SeriesCard>
      )}
      {notes.map((note) => (
        <p key={note} className="chart-note">
          {note}
        </p>
      ))}
    </>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

function LegendEntry(props: {
  readonly series: Series;
  readonly hidden: boolean;
  readonly opened: boolean;
  readonly onHover: (on: boolean) => void;
  readonly onOpen: () => void;
}) {
  const { series, hidden, opened, onHover, onOpen } = props;
  return (
    <button
      type="button"
      className={hidden ? "legend-entry legend-hidden" : "legend-entry"}
      aria-expanded={opened}
      onClick={onOpen}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
      onFocus={() => onHover(true)}
      onBlur={() => onHover(false)}
    >
      <SeriesSwatch series={series} />
      <span>{series.label}</span>
      <span className="kind">{hidden ? "hidden" : seriesWords(series)}</span>
    </button>
  );
}

function SeriesCard(props: {
  readonly series: Series;
  readonly hidden: boolean;
  readonly onToggle: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { series, hidden, onToggle, onClose, children } = props;
  return (
    <div className="series-card" role="group" aria-label={`About ${series.label}`}>
      {children}
      <p className="muted">
        {series.role === "theory"
          ? `Drawn as ${series.kind}: ${THEORY_MARKS[series.kind].meaning}`
          : hasIntervals(series)
            ? "Measured on samples. Bars and ± are 95 % confidence intervals from the standard error, paired on common random numbers where the value is a difference."
            : "Read off the run itself: single numbers, without an interval."}
      </p>
      <div className="row">
        <button type="button" className="button small" onClick={onToggle}>
          {hidden ? "Show in chart" : "Hide from chart"}
        </button>
        <button type="button" className="button small" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  );
}
