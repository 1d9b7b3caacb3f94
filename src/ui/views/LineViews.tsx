import { useState, type ReactNode } from "react";
import { formatCount, formatInterval, INTERVAL_WORDS } from "../../charts/format.ts";
import { hueColour } from "../../charts/marks.ts";
import type { LabStore } from "../../lab/state.ts";
import { armName } from "./arm-style.ts";
import { DensityPlot } from "./DensityPlot.tsx";
import { PairTable } from "./PairTable.tsx";
import { meanOf, varianceOf } from "./particle-values.ts";
import { SampleSummary } from "./SampleSummary.tsx";
import { SpaceTimePlot } from "./SpaceTimePlot.tsx";
import { useThemeColours } from "./use-theme-colours.ts";
import type { Shown } from "./use-views.ts";

interface Props {
  readonly store: LabStore;
  readonly shown: Shown;
  readonly frame: number;
  /** The time control, which stands right below the plots. */
  readonly time: ReactNode;
}

/** One dimension: paths through time, and the densities at one time. */
export function LineViews({ store, shown, frame, time }: Props) {
  const { data } = shown;
  const colours = useThemeColours();
  const [zoom, setZoom] = useState<"whole" | "samples">("whole");
  const [chosen, setPicked] = useState<number | null>(null);
  const picked = chosen !== null && chosen < data.job.particles ? chosen : null;
  const target = data.frames.some((at) => at.target !== null);
  return (
    <>
      <div className="views-line">
        <figure>
          <figcaption>
            Paths on the same noise
            <label className="views-corner">
              x{" "}
              <select value={zoom} onChange={(event) => setZoom(event.target.value as "whole" | "samples")}>
                <option value="whole">whole path</option>
                <option value="samples">samples</option>
              </select>
            </label>
          </figcaption>
          <SpaceTimePlot {...{ shown, frame, zoom, picked, colours }} onPick={setPicked} />
          <p className="views-muted">
            Shading: exact law of x at each time{target ? " under the target" : ""}, each column scaled to its
            peak.
          </p>
        </figure>
        <figure>
          <figcaption>Densities at step {data.frames[frame]?.step}</figcaption>
          <DensityPlot shown={shown} frame={frame} />
          <LineLegend shown={shown} target={target} />
        </figure>
      </div>
      {time}
      <SampleSummary store={store} shown={shown} />
      <FrameMoments shown={shown} frame={frame} />
      <PairTable store={store} shown={shown} frame={frame} picked={picked} onPick={setPicked} />
    </>
  );
}

function LineLegend({ shown, target }: { shown: Shown; target: boolean }) {
  const lines = [
    { label: "data, exact", colour: hueColour("data"), dash: "2 3" },
    ...(target ? [{ label: "target, exact", colour: hueColour("target"), dash: "9 4 2 4" }] : []),
    { label: "reward (right axis)", colour: "var(--reward-line)", dash: "12 4" },
  ];
  return (
    <div className="views-scale">
      {shown.data.arms.map((arm) => (
        <span key={arm.id} className="views-key">
          <svg width="22" height="12" aria-hidden="true">
            <path d="M0 12V6H8V2H15V7H22V12Z" fill={hueColour(arm.id)} opacity={0.25} />
            <path d="M0 12V6H8V2H15V7H22V12" fill="none" stroke={hueColour(arm.id)} strokeWidth={1.5} />
          </svg>
          {armName(arm)}
        </span>
      ))}
      {lines.map(({ label, colour, dash }) => (
        <span key={label} className="views-key">
          <svg width="22" height="8" aria-hidden="true">
            <path d="M0 4H22" stroke={colour} strokeWidth={2} strokeDasharray={dash} />
          </svg>
          {label}
        </span>
      ))}
    </div>
  );
}

/** Mean and variance of the particles at a step, with their intervals. */
function FrameMoments({ shown, frame }: { shown: Shown; frame: number }) {
  const { data, values } = shown;
  const { particles } = data.job;
  const [open, setOpen] = useState(false);
  return (
    <details className="views-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Mean and variance at step {data.frames[frame]?.step}</summary>
      <table className="views-table">
        <thead>
          <tr>
            <th scope="col">sampler</th>
            <th scope="col">mean ± 95 %</th>
            <th scope="col">variance ± 95 %</th>
          </tr>
        </thead>
        <tbody>
          {(open ? data.arms : []).map((arm, a) => {
            const at = values[a]?.subarray(frame * particles, (frame + 1) * particles) ?? [];
            return (
              <tr key={arm.id}>
                <th scope="row">{armName(arm)}</th>
                <td>{formatInterval(meanOf(at))}</td>
                <td>{formatInterval(varianceOf(at))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="views-muted">
        {INTERVAL_WORDS}, {formatCount(particles)}.
      </p>
    </details>
  );
}
