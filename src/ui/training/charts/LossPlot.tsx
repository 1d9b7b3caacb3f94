/** The loss of pretraining as it goes: one line, the last value in words. */
import { useRef } from "react";
import { formatNumber } from "../../../charts/format.ts";
import { useWidth } from "../../../charts/use-size.ts";
import type { LossPoint } from "../../../lab/training/state.ts";
import { BottomAxis, SideAxis, type Margins } from "../../views/PlotAxes.tsx";
import { linePath, plotScale } from "../../views/plot-scale.ts";
import "../../views/views.css";

const HEIGHT = 170;
const MARGINS: Margins = { left: 48, right: 10, top: 8, bottom: 36 };

/** The plot; `steps` is the end of the axis. */
export function LossPlot({
  losses,
  steps,
}: {
  readonly losses: readonly LossPoint[];
  readonly steps: number;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const finite = losses.map(({ loss }) => loss).filter(Number.isFinite);
  const last = losses.at(-1);
  const x = plotScale(0, steps, MARGINS.left, Math.max(MARGINS.left + 1, width - MARGINS.right));
  const y = plotScale(0, 1.05 * Math.max(...finite, 1e-9), HEIGHT - MARGINS.bottom, MARGINS.top);
  return (
    <figure className="chart-card" aria-labelledby="loss-title">
      <figcaption className="chart-head">
        <h3 id="loss-title">Loss of pretraining</h3>
      </figcaption>
      <p className="chart-summary">
        {last === undefined
          ? "Not started yet."
          : `Denoising loss ${formatNumber(last.loss, 3)} at step ${last.step.toLocaleString("en-US")} of ${steps.toLocaleString("en-US")}.`}
      </p>
      <div ref={holder} className="views-plot" style={{ height: HEIGHT }}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label="Loss of pretraining by step">
            <path
              className="loss-line"
              d={linePath(losses.length, (i) => [x.at(losses[i]?.step ?? NaN), y.at(losses[i]?.loss ?? NaN)])}
            />
            <BottomAxis scale={x} label="step" width={width} height={HEIGHT} margins={MARGINS} ticks={5} />
            <SideAxis scale={y} label="loss" width={width} height={HEIGHT} margins={MARGINS} />
          </svg>
        )}
      </div>
    </figure>
  );
}
