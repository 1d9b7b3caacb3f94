import { formatCount, formatEstimate } from "../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../charts/marks.ts";
import type { LabStore } from "../../lab/state.ts";
import { armName } from "./arm-style.ts";
import { useSampleRewards } from "./use-rewards.ts";
import type { Shown } from "./use-views.ts";

/** Mean reward of the recorded samples, arm by arm, and their paired difference. */
export function SampleSummary({ store, shown }: { store: LabStore; shown: Shown }) {
  const rewards = useSampleRewards(store, shown);
  const { arms } = shown.data;
  return (
    <dl className="views-summary" aria-label="Mean reward of the samples shown">
      {arms.map((arm, a) => (
        <div key={arm.id}>
          <dt>
            <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
              <path d={markerPath(MARKERS[arm.id], 4)} fill={hueColour(arm.id)} />
            </svg>
            mean reward, {armName(arm)}
          </dt>
          <dd>{rewards?.arms[a] === undefined ? "…" : formatEstimate(rewards.arms[a])}</dd>
        </div>
      ))}
      {arms.length > 1 && (
        <div>
          <dt>paired difference, SDE − ODE</dt>
          <dd>
            {rewards?.gap == null
              ? "…"
              : `${formatEstimate(rewards.gap)} (se, ${formatCount(rewards.gap.n)})`}
          </dd>
        </div>
      )}
    </dl>
  );
}
