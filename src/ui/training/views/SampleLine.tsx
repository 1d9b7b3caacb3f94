/** Samples of one network under one sampler on the line: a histogram, the data's density, and the reward. */
import { useMemo, useRef } from "react";
import { hueColour } from "../../../charts/marks.ts";
import { useWidth } from "../../../charts/use-size.ts";
import { frameHistogram } from "../../views/particle-values.ts";
import { BottomAxis, type Margins } from "../../views/PlotAxes.tsx";
import { linePath, plotScale } from "../../views/plot-scale.ts";
import type { SamplePlotProps } from "./SamplePlane.tsx";

const MARGINS: Margins = { left: 8, right: 8, top: 6, bottom: 22 };
const HEIGHT = 190;
const BINS = 60;

/** The plot. */
export function SampleLine({ arm, view, reward, data }: SamplePlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [lo, hi] = [view.box.lo[0] ?? 0, view.box.hi[0] ?? 1];
  const { samples } = arm;
  const bars = useMemo(() => frameHistogram(samples, samples.length, 0, lo, hi, BINS), [samples, lo, hi]);
  const law = view.data.values;
  const field = view.reward.near.values;
  const x = plotScale(lo, hi, MARGINS.left, Math.max(MARGINS.left + 1, width - MARGINS.right));
  const peak = 1.06 * Math.max(...bars.density, ...law);
  const y = plotScale(0, peak, HEIGHT - MARGINS.bottom, MARGINS.top);
  const r = plotScale(...view.reward.range, HEIGHT - MARGINS.bottom, MARGINS.top);
  const at = (values: Float32Array, i: number) => lo + ((hi - lo) * i) / (values.length - 1);
  return (
    <div ref={holder} className="views-plot" style={{ height: HEIGHT }}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${arm.name}: histogram of ${samples.length.toLocaleString("en")} samples`}
        >
          {reward && (
            <path
              className="views-reward-line"
              d={linePath(field.length, (i) => [x.at(at(field, i)), r.at(field[i] ?? NaN)])}
            />
          )}
          {Array.from(bars.density, (density, i) => (
            <rect
              key={i}
              x={x.at(bars.lo + i * bars.width)}
              width={Math.max(0.5, x.at(bars.lo + bars.width) - x.at(bars.lo) - 0.5)}
              y={y.at(density)}
              height={Math.max(0, y.at(0) - y.at(density))}
              fill={hueColour(arm.hue)}
              opacity={0.55}
            />
          ))}
          {data && (
            <path
              fill="none"
              stroke={hueColour("data")}
              strokeWidth={2}
              strokeDasharray="2 3"
              d={linePath(law.length, (i) => [x.at(at(law, i)), y.at(law[i] ?? NaN)])}
            />
          )}
          <BottomAxis scale={x} label="" width={width} height={HEIGHT} margins={MARGINS} ticks={5} />
        </svg>
      )}
    </div>
  );
}
