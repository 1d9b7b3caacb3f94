import { useState, type ReactNode } from "react";
import { hueColour } from "../../charts/marks.ts";
import type { LabStore } from "../../lab/state.ts";
import type { Box, PlaneChoice, ViewData } from "../../lab/views.ts";
import { MomentStrips } from "./MomentStrips.tsx";
import { PairTable } from "./PairTable.tsx";
import { ParticlePanel } from "./ParticlePanel.tsx";
import { PlaneField } from "./PlaneField.tsx";
import { SampleSummary } from "./SampleSummary.tsx";
import { DensityLegend, RewardLegend } from "./ScaleLegend.tsx";
import { Toggle } from "./Toggle.tsx";
import { useThemeColours } from "./use-theme-colours.ts";
import type { Shown } from "./use-views.ts";
import { FIRST_OPTIONS, type ViewOptions } from "./view-options.ts";

interface Props {
  readonly store: LabStore;
  readonly shown: Shown;
  readonly frame: number;
  /** The time control, which stands right below the plots. */
  readonly time: ReactNode;
  readonly plane: PlaneChoice | null;
  readonly onPlane: (plane: PlaneChoice | null) => void;
}

/** Both samplers side by side in the plane, on the same noise. */
export function PlaneViews({ store, shown, frame, time, plane, onPlane }: Props) {
  const { data } = shown;
  const colours = useThemeColours();
  const [options, setOptions] = useState(FIRST_OPTIONS);
  const [hovered, setHovered] = useState<number | null>(null);
  const [chosen, setPicked] = useState<number | null>(null);
  const picked = chosen !== null && chosen < data.job.particles ? chosen : null;
  const marked = hovered !== null && hovered < data.job.particles ? hovered : picked;
  const window = windowOf(data, frame, options.window);
  const at = data.frames[frame];
  return (
    <>
      <div className="views-options" role="group" aria-label="What is drawn">
        {TOGGLES.map(({ key, label }) => (
          <Toggle key={key} on={options[key]} onChange={(on) => setOptions({ ...options, [key]: on })}>
            {label}
          </Toggle>
        ))}
        <label>
          Window{" "}
          <select
            value={options.window}
            onChange={(event) =>
              setOptions({ ...options, window: event.target.value as ViewOptions["window"] })
            }
          >
            <option value="moment">fits each step</option>
            <option value="samples">samples</option>
            <option value="path">whole path</option>
          </select>
        </label>
        {data.dim > 2 && <PlaneField dim={data.dim} plane={plane} onPlane={onPlane} />}
      </div>
      <div className="views-pair-panels">
        {data.arms.map((arm, a) => (
          <ParticlePanel
            key={arm.id}
            {...{ shown, frame, window, options, colours, marked }}
            arm={a}
            onHover={setHovered}
            onPick={(particle) => setPicked(particle === picked ? null : particle)}
          />
        ))}
      </div>
      <div className="views-legends">
        {options.reward && <RewardLegend reward={data.reward} />}
        {options.density && at !== undefined && <DensityLegend peak={at.peak} />}
        {options.contours && <ContourLegend data={data} />}
      </div>
      {time}
      <SampleSummary store={store} shown={shown} />
      <PairTable store={store} shown={shown} frame={frame} picked={picked} onPick={setPicked} />
      {data.strip !== null && <MomentStrips strips={data.strip} />}
    </>
  );
}

const TOGGLES = [
  { key: "points", label: "Particles" },
  { key: "trails", label: "Trails" },
  { key: "density", label: "Density" },
  { key: "contours", label: "Exact contours" },
  { key: "reward", label: "Reward" },
] as const;

function ContourLegend({ data }: { data: ViewData }) {
  const target = data.frames.some((frame) => frame.target !== null);
  const own = data.frames.some((frame) => frame.arms.some((law) => law !== null));
  const entries = [
    { label: "data", colour: hueColour("data"), dash: "2 3" },
    ...(target ? [{ label: "target", colour: hueColour("target"), dash: "9 4 2 4" }] : []),
    ...(own ? [{ label: "the sampler itself", colour: "var(--text)", dash: "5 3" }] : []),
  ];
  return (
    <div className="views-scale">
      <span>lines hold 50 and 90 % of the exact law of</span>
      {entries.map(({ label, colour, dash }) => (
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

function windowOf(data: ViewData, frame: number, choice: ViewOptions["window"]): Box {
  if (choice === "path") return data.whole;
  return (choice === "moment" ? data.frames[frame] : data.frames.at(-1))?.window ?? data.whole;
}
