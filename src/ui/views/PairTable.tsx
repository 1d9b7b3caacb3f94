import { useState } from "react";
import { formatNumber } from "../../charts/format.ts";
import type { LabStore } from "../../lab/state.ts";
import { armName } from "./arm-style.ts";
import { along, shapeOf } from "./particle-values.ts";
import { usePathRewards } from "./use-rewards.ts";
import type { Shown } from "./use-views.ts";

interface Props {
  readonly store: LabStore;
  readonly shown: Shown;
  readonly frame: number;
  readonly picked: number | null;
  readonly onPick: (particle: number | null) => void;
}

/** One particle under both samplers: the same noise, where it is now, and its reward now and at the end. */
export function PairTable({ store, shown, frame, picked, onPick }: Props) {
  const { data } = shown;
  const rewards = usePathRewards(store, shown, picked);
  return (
    <div className="views-pair">
      <div className="views-pair-head">
        <PairField key={picked ?? -1} picked={picked} count={data.job.particles} onPick={onPick} />
        {picked !== null && (
          <button type="button" className="button small" onClick={() => onPick(null)}>
            Clear
          </button>
        )}
        {picked === null && (
          <span className="views-muted">or click one: both panels mark the same noise</span>
        )}
      </div>
      {picked !== null && (
        <table className="views-table">
          <thead>
            <tr>
              <th scope="col">sampler</th>
              {data.axes.map((axis) => (
                <th key={axis.label} scope="col">
                  {axis.label}
                </th>
              ))}
              <th scope="col">r now</th>
              <th scope="col">r of sample</th>
            </tr>
          </thead>
          <tbody>
            {data.arms.map((arm, a) => (
              <tr key={arm.id}>
                <th scope="row">{armName(arm)}</th>
                {data.axes.map((axis) => (
                  <td key={axis.label}>
                    {formatNumber(
                      along(shown.values[a] ?? new Float32Array(0), shapeOf(data), axis, frame, picked),
                    )}
                  </td>
                ))}
                <td>{rewardText(rewards?.[a]?.[frame])}</td>
                <td>{rewardText(rewards?.[a]?.at(-1))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function rewardText(value: number | undefined): string {
  return value === undefined ? "…" : formatNumber(value);
}

/** The particle by its number, counted from 1. */
function PairField(props: { picked: number | null; count: number; onPick: Props["onPick"] }) {
  const { picked, count, onPick } = props;
  const shownText = picked === null ? "" : String(picked + 1);
  const [text, setText] = useState(shownText);
  const commit = () => {
    const wanted = Math.round(Number(text));
    if (text.trim() === "") onPick(null);
    else if (wanted >= 1 && wanted <= count) onPick(wanted - 1);
    else setText(shownText);
  };
  return (
    <label>
      Particle{" "}
      <input
        className="views-step"
        type="text"
        inputMode="numeric"
        placeholder="none"
        title={`1 to ${count.toLocaleString("en")}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
        }}
      />
    </label>
  );
}
