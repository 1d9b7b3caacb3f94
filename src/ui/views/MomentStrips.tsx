import { useRef } from "react";
import { formatNumber } from "../../charts/format.ts";
import { hueColour } from "../../charts/marks.ts";
import { useWidth } from "../../charts/use-size.ts";
import type { MomentStrip } from "../../lab/views.ts";
import { BottomAxis, SideAxis, type Margins } from "./PlotAxes.tsx";
import { linePath, plotScale } from "./plot-scale.ts";

const HEIGHT = 150;
const MARGINS: Margins = { left: 46, right: 8, top: 8, bottom: 36 };
const DASHES: Readonly<Record<MomentStrip["hue"], string | undefined>> = {
  data: "2 3",
  target: "9 4 2 4",
  ode: "5 3",
  sde: undefined,
};

/** Exact mean and variance in every dimension, of the data, the target and both samplers. */
export function MomentStrips({ strips }: { strips: readonly MomentStrip[] }) {
  return (
    <div className="views-strips">
      <Strip strips={strips} what="mean" />
      <Strip strips={strips} what="variance" />
      <details>
        <summary>Numbers by dimension</summary>
        <div className="views-scroll" tabIndex={0} role="region" aria-label="Moments by dimension">
          <table className="views-table">
            <thead>
              <tr>
                <th scope="col">dimension</th>
                {strips.flatMap(({ label }) => [
                  <th key={`${label} mean`} scope="col">
                    {label}, mean
                  </th>,
                  <th key={`${label} variance`} scope="col">
                    {label}, variance
                  </th>,
                ])}
              </tr>
            </thead>
            <tbody>
              {Array.from(strips[0]?.mean ?? [], (_, i) => (
                <tr key={i}>
                  <th scope="row">{i + 1}</th>
                  {strips.flatMap((strip) => [
                    <td key={`${strip.label} mean`}>{formatNumber(strip.mean[i] ?? NaN)}</td>,
                    <td key={`${strip.label} variance`}>{formatNumber(strip.variance[i] ?? NaN)}</td>,
                  ])}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}

function Strip({ strips, what }: { strips: readonly MomentStrip[]; what: "mean" | "variance" }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const all = strips.flatMap((strip) => [...strip[what]]);
  const lo = Math.min(0, ...all);
  const hi = Math.max(lo + 1e-9, ...all);
  const count = strips[0]?.mean.length ?? 1;
  const x = plotScale(1, Math.max(2, count), MARGINS.left, Math.max(MARGINS.left + 1, width - MARGINS.right));
  const y = plotScale(lo - (hi - lo) * 0.05, hi + (hi - lo) * 0.05, HEIGHT - MARGINS.bottom, MARGINS.top);
  return (
    <div ref={holder} className="views-plot" style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={`Exact ${what} by dimension`}>
          {strips.map((strip) => (
            <path
              key={strip.label}
              d={linePath(count, (i) => [x.at(i + 1), y.at(strip[what][i] ?? NaN)])}
              fill="none"
              stroke={hueColour(strip.hue)}
              strokeWidth={1.75}
              strokeDasharray={DASHES[strip.hue]}
            />
          ))}
          <BottomAxis scale={x} label="dimension" width={width} height={HEIGHT} margins={MARGINS} />
          <SideAxis
            scale={y}
            label={`${what}, exact`}
            width={width}
            height={HEIGHT}
            margins={MARGINS}
            ticks={4}
          />
        </svg>
      )}
    </div>
  );
}
