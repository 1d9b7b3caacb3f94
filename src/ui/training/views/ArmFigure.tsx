import type { ReactNode } from "react";
import { formatInterval } from "../../../charts/format.ts";
import { hueColour } from "../../../charts/marks.ts";
import type { ShownArm } from "./shown-samples.ts";

/** One arm's samples under its name, over its reward. */
export function ArmFigure({ arm, children }: { readonly arm: ShownArm; readonly children: ReactNode }) {
  return (
    <figure className="views-figure">
      <figcaption>
        <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
          <circle r={4} fill={hueColour(arm.hue)} />
        </svg>
        {arm.name}
      </figcaption>
      {children}
      <p className="training-reward number">reward {formatInterval(arm.reward)}</p>
    </figure>
  );
}
