import { formatCount, formatInterval, INTERVAL_WORDS } from "../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../charts/marks.ts";
import type { LabStore } from "../../lab/state.ts";
import { armName } from "./arm-style.ts";
import { useSampleRewards } from "./use-rewards.ts";
import type { Shown } from "./use-views.ts";

/** Mean reward of the recorded samples at the end, arm by arm, their paired difference, and how many particles that is. */
export function SampleSummary({ store, shown }: { store: LabStore; shown: Shown }) {
  const rewards = useSampleRewards(store, shown);
  const { arms } = shown.data;
  return (
    <dl className="views-summary" aria-label="Final mean reward of the samples shown">
      {arms.map((arm, a) => (
        <div key={arm.id}>
          <dt>
            <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
              <path d={markerPath(MARKERS[arm.id], 4)} fill={hueColour(arm.id)} />
            </svg>
            final mean reward, {armName(arm)}
          </dt>
          <dd>{rewards?.arms[a] === undefined ? "…" : formatInterval(rewards.arms[a])}</dd>
        </div>
      ))}
      {arms.length > 1 && (
        <div>
          <dt>paired difference, SDE − ODE</dt>
          <dd>{rewards?.gap == null ? "…" : formatInterval(rewards.gap)}</dd>
        </div>
      )}
      <div>
        <dt>
          {INTERVAL_WORDS}, {formatCount(shown.data.job.particles)} in the views
        </dt>
      </div>
    </dl>
  );
}
