/** One chart with everything around it: title, verdict, summary, table view, notes, and downloads. */
import { useRef, useState, type ReactNode } from "react";
import { chartToCsv } from "../measure/csv.ts";
import type { ChartData } from "../measure/series.ts";
import { ChartTable } from "./ChartTable.tsx";
import { chartToSvg, saveFile, svgToPng } from "./export-image.ts";
import { HeatMap } from "./HeatMap.tsx";
import { LineFigure } from "./LineFigure.tsx";
import { chartVerdict, verdictText } from "./verdicts.ts";

export interface ChartCardProps {
  readonly chart: ChartData;
  readonly height?: number;
  /** What a click on a point sets, in words ("η", "N"); null if a click does nothing. */
  readonly pickWord: string | null;
  readonly onPick: (x: number, y?: number) => void;
  readonly formulaCard: (formula: string) => ReactNode;
  /** Tells the user of a finished or failed download. */
  readonly onMessage: (text: string) => void;
  /** Part of the file names. */
  readonly fileName: string;
}

const VERDICT_SIGNS = { holds: "✓", violated: "✕", inconclusive: "?" } as const;

/** The card; switches between drawing and table. A line chart without series has neither, only its words. */
export function ChartCard(props: ChartCardProps) {
  const { chart, height = 320, pickWord, onPick, formulaCard } = props;
  const [asTable, setAsTable] = useState(false);
  const figure = useRef<HTMLElement>(null);
  const verdict = chart.chart === "line" ? chartVerdict(chart) : null;
  const pick = pickWord === null ? undefined : onPick;
  // Without a single series the summary says why: axes of nothing would only mislead.
  const isEmpty = chart.chart === "line" && chart.series.length === 0;
  return (
    <figure ref={figure} className="chart-card" aria-labelledby={`title-${chart.id}`}>
      <figcaption className="chart-head">
        <h3 id={`title-${chart.id}`}>{chart.title}</h3>
        {verdict !== null && (
          <span className={`verdict verdict-${verdict.verdict}`}>
            <span aria-hidden="true">{VERDICT_SIGNS[verdict.verdict]}</span> {verdictText(verdict)}
          </span>
        )}
      </figcaption>
      <p className="chart-summary">{chart.summary}</p>
      {isEmpty ? null : asTable ? (
        <ChartTable chart={chart} onPick={pick} pickWord={pickWord} />
      ) : chart.chart === "line" ? (
        <LineFigure chart={chart} height={height} onPick={pick} formulaCard={formulaCard} />
      ) : (
        <>
          <HeatMap chart={chart} height={height} onPick={pick} />
          {chart.theory !== null && (
            <details className="formula-details">
              <summary>Formula of the theory values</summary>
              {formulaCard(chart.theory.formula)}
            </details>
          )}
        </>
      )}
      {chart.notes.length > 0 && (
        <ul className="chart-notes">
          {chart.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {!isEmpty && (
        <ChartActions
          {...props}
          asTable={asTable}
          onTable={() => setAsTable(!asTable)}
          figure={() => figure.current}
        />
      )}
    </figure>
  );
}

function ChartActions(
  props: ChartCardProps & {
    readonly asTable: boolean;
    readonly onTable: () => void;
    readonly figure: () => HTMLElement | null;
  },
) {
  const { chart, asTable, onTable, figure, onMessage, fileName } = props;
  const name = `${fileName}-${chart.id}`;
  const drawn = () => figure()?.querySelector<SVGSVGElement>("svg.plot, .plot svg.recharts-surface") ?? null;

  const save = async (kind: "svg" | "png" | "csv") => {
    try {
      if (kind === "csv") {
        saveFile(`${name}.csv`, new Blob([chartToCsv(chart)], { type: "text/csv;charset=utf-8" }));
      } else {
        const svg = drawn();
        if (svg === null) return onMessage("Show the drawing first, then download it.");
        const text = chartToSvg(chart, svg);
        saveFile(
          `${name}.${kind}`,
          kind === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await svgToPng(text),
        );
      }
      onMessage(`Saved ${name}.${kind}.`);
    } catch (error) {
      onMessage(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <div className="row chart-actions">
      <button type="button" className="button small" aria-pressed={asTable} onClick={onTable}>
        Table
      </button>
      {(["svg", "png", "csv"] as const).map((kind) => (
        <button
          key={kind}
          type="button"
          className="button small"
          disabled={asTable && kind !== "csv"}
          aria-label={`Download ${chart.title} as ${kind.toUpperCase()}`}
          onClick={() => void save(kind)}
        >
          {kind.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
