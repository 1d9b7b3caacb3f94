import type { ReactNode } from "react";
import { formatInterval } from "../../../charts/format.ts";
import { hueColour } from "../../../charts/marks.ts";
import { useTurn } from "../../../charts/use-turn.ts";
import type { ShownArm } from "./shown-samples.ts";

export interface ArmFigureProps {
  readonly arm: ShownArm;
  /** What its number is called. */
  readonly rewardName: string;
  /** The drawing of the samples. */
  readonly children: (arm: ShownArm) => ReactNode;
}

/** One arm's samples under its name, over its reward. Words follow at once; samples are drawn anew in a turn of their own. */
export function ArmFigure({ arm, rewardName, children }: ArmFigureProps) {
  // The first time all arms at once, so that nothing moves.
  const drawn = useTurn(arm) ?? arm;
  return (
    <figure className="views-figure">
      <figcaption>
        <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
          <circle r={4} fill={hueColour(arm.hue)} />
        </svg>
        {arm.name}
      </figcaption>
      {children(drawn)}
      <p className="training-reward number">
        {rewardName} {formatInterval(arm.reward)}
      </p>
    </figure>
  );
}
