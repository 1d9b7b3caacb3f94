import { formatNumber } from "../../charts/format.ts";
import type { RewardView } from "../../lab/views.ts";

/** What the shading of the reward means: ends of the scale, and zero where it diverges from there. */
export function RewardLegend({ reward }: { reward: RewardView }) {
  const [lo, hi] = reward.range;
  return (
    <div className="views-scale" role="img" aria-label={legendWords(reward)}>
      <span>reward r</span>
      <span>{formatNumber(lo, 3)}</span>
      <span
        className={reward.centred ? "views-scale-bar views-diverging" : "views-scale-bar views-sequential"}
      />
      <span>{formatNumber(hi, 3)}</span>
      {reward.centred && <span className="views-muted">clear = 0</span>}
    </div>
  );
}

function legendWords({ range: [lo, hi], centred }: RewardView): string {
  return centred
    ? `Reward shading: ${formatNumber(lo, 3)} in one colour, clear at 0, ${formatNumber(hi, 3)} in the other`
    : `Reward shading: clear at ${formatNumber(lo, 3)}, full colour at ${formatNumber(hi, 3)}`;
}

/** What the colour of the density means. */
export function DensityLegend({ peak }: { peak: number }) {
  return (
    <div
      className="views-scale"
      role="img"
      aria-label={`Density: clear at 0, full colour at ${formatNumber(peak, 3)}`}
    >
      <span>density</span>
      <span>0</span>
      <span className="views-scale-bar views-density" />
      <span>{formatNumber(peak, 3)}</span>
    </div>
  );
}
