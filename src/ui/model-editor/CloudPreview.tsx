import { useEffect, useRef } from "react";
import type { PointsSummary } from "../../lab/points/points-messages.ts";
import type { PointFit } from "../../lab/points/points-client.ts";
import { BottomAxis, SideAxis, type Margins } from "../views/PlotAxes.tsx";
import { linePath, plotScale } from "../views/plot-scale.ts";
import { useThemeColours } from "../views/use-theme-colours.ts";
import { ellipseOf } from "./ellipse.ts";

const WIDTH = 300;
const HEIGHT = 220;
const MARGINS: Margins = { left: 36, right: 6, top: 6, bottom: 20 };

/** The points to be fitted and, when there is one, the fitted mixture over them. */
export function CloudPreview({ points, fit }: { points: PointsSummary; fit: PointFit | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data: rgb } = useThemeColours();
  const axis = (i: number, from: number, to: number) => {
    const values = points.cloud.filter((_, at) => at % points.dim === i);
    const lo = values.reduce((a, b) => Math.min(a, b), Infinity);
    const hi = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const more = (hi - lo) * 0.06 || 0.5;
    return plotScale(lo - more, hi + more, from, to);
  };
  const x = axis(0, MARGINS.left, WIDTH - MARGINS.right);
  const bars = points.dim === 1 ? histogram(points.cloud, x.lo, x.hi) : [];
  const y =
    points.dim === 1
      ? plotScale(0, Math.max(...bars) * 1.1, HEIGHT - MARGINS.bottom, MARGINS.top)
      : axis(1, HEIGHT - MARGINS.bottom, MARGINS.top);
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (context === null || context === undefined) return;
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = `rgb(${rgb.join(" ")} / 0.55)`;
    if (points.dim === 1)
      bars.forEach((bar, i) => {
        const left = x.at(x.lo + ((x.hi - x.lo) * i) / bars.length);
        const right = x.at(x.lo + ((x.hi - x.lo) * (i + 1)) / bars.length);
        context.fillRect(left, y.at(bar), right - left - 0.5, y.at(0) - y.at(bar));
      });
    else
      for (let i = 0; i < points.cloud.length; i += 2)
        context.fillRect(x.at(points.cloud[i] ?? 0) - 1, y.at(points.cloud[i + 1] ?? 0) - 1, 2, 2);
  });
  return (
    <div className="points-preview">
      <canvas ref={canvas} width={WIDTH} height={HEIGHT} aria-hidden="true" />
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${points.count.toLocaleString("en")} points${fit === null ? "" : ` and a mixture of ${fit.components.length} components`}`}
      >
        <BottomAxis scale={x} label="" width={WIDTH} height={HEIGHT} margins={MARGINS} ticks={5} />
        <SideAxis scale={y} label="" width={WIDTH} height={HEIGHT} margins={MARGINS} ticks={4} />
        {fit !== null && points.dim === 1 && (
          <path
            className="points-fit"
            d={linePath(200, (i) => {
              const at = x.lo + ((x.hi - x.lo) * i) / 199;
              return [x.at(at), y.at(density(fit, at))];
            })}
          />
        )}
        {fit !== null &&
          points.dim === 2 &&
          fit.components.map((component, i) => {
            const { first, second, angle } = ellipseOf(component.cov);
            return (
              <path
                key={i}
                className="points-fit"
                d={linePath(65, (k) => {
                  const turn = (2 * Math.PI * k) / 64;
                  const [a, b] = [2 * first * Math.cos(turn), 2 * second * Math.sin(turn)];
                  return [
                    x.at((component.mean[0] ?? 0) + a * Math.cos(angle) - b * Math.sin(angle)),
                    y.at((component.mean[1] ?? 0) + a * Math.sin(angle) + b * Math.cos(angle)),
                  ];
                })}
              />
            );
          })}
      </svg>
    </div>
  );
}

function histogram(values: Float64Array, lo: number, hi: number): number[] {
  const bins = new Array<number>(40).fill(0);
  for (const value of values) {
    const cell = Math.min(39, Math.floor(((value - lo) / (hi - lo)) * 40));
    bins[cell] = (bins[cell] ?? 0) + 40 / (values.length * (hi - lo));
  }
  return bins;
}

function density({ components }: PointFit, x: number): number {
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  return components.reduce((sum, { weight, mean, cov }) => {
    const variance = cov[0]?.[0] ?? 1;
    return (
      sum +
      ((weight / total) * Math.exp(-((x - (mean[0] ?? 0)) ** 2) / (2 * variance))) /
        Math.sqrt(2 * Math.PI * variance)
    );
  }, 0);
}
