/** Every reward of a pair of images, or the means over all pairs. */
import { INTERVAL_WORDS } from "../../../charts/format.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { ImageRewardKind } from "../../../spec/images/types.ts";
import { rewardLines } from "./reward-text.ts";

export interface RewardTableProps {
  readonly samples: ImageSamples;
  /** The pair; null for the means over all. */
  readonly tile: number | null;
  readonly chosen: ImageRewardKind;
  readonly caption: string;
}

/** One row per reward, the chosen one marked; means come with their errors and the pairs behind them. */
export function RewardTable({ samples, tile, chosen, caption }: RewardTableProps) {
  return (
    <div className="table-frame">
      <table className="reward-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Reward</th>
            <th scope="col">ODE</th>
            <th scope="col">SDE</th>
            <th scope="col">SDE − ODE</th>
            {tile === null && <th scope="col">n</th>}
          </tr>
        </thead>
        <tbody>
          {rewardLines(samples, tile).map(({ kind, name, ode, sde, gain, n, missing }) => (
            <tr key={kind} className={kind === chosen ? "reward-chosen" : undefined}>
              <th scope="row">
                {name}
                {kind === chosen && <span className="visually-hidden"> (chosen)</span>}
              </th>
              {missing === null ? (
                <>
                  <td>{ode}</td>
                  <td>{sde}</td>
                  <td>{gain}</td>
                  {n !== null && <td>{n}</td>}
                </>
              ) : (
                <td colSpan={tile === null ? 4 : 3} className="muted">
                  {missing}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {tile === null && <p className="note">{INTERVAL_WORDS}; differences are paired by noise.</p>}
    </div>
  );
}
