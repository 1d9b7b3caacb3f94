/** The bumps of a reward, typed: centre, width, height; add and remove. */
import { useId, useState } from "react";
import { LIMITS } from "../../spec/limits.ts";
import type { RewardSpec } from "../../spec/types.ts";
import { CellInput } from "../fields/CellInput.tsx";
import { FieldMessage } from "../fields/Field.tsx";
import { Icon } from "../Icon.tsx";

type Bump = Extract<RewardSpec, { kind: "bumps" }>["bumps"][number];

export interface BumpsTableProps {
  readonly bumps: readonly Bump[];
  readonly dim: number;
  readonly onTry: (bumps: readonly Bump[], field: string) => string | null;
}

/** Coordinates beyond this many are left to the JSON file. */
const MAX_COORDINATES = 4;

/** The table. */
export function BumpsTable({ bumps, dim, onTry }: BumpsTableProps) {
  const id = useId();
  const [error, setError] = useState<string | null>(null);
  const axes = Array.from({ length: Math.min(dim, MAX_COORDINATES) }, (_, i) => i);
  const put = (row: number, bump: Bump) =>
    onTry(
      bumps.map((old, i) => (i === row ? bump : old)),
      `reward.bumps[${row}]`,
    );
  return (
    <div className={error === null ? "field" : "field field-wrong"}>
      <div className="table-frame" tabIndex={0} role="region" aria-label="Bumps of the reward">
        <table className="edit-table">
          <thead>
            <tr>
              {axes.map((i) => (
                <th key={i} scope="col">
                  {axisName(i, dim)}
                </th>
              ))}
              <th scope="col">width</th>
              <th scope="col">height</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {bumps.map((bump, row) => (
              <tr key={row}>
                {axes.map((i) => (
                  <td key={i}>
                    <CellInput
                      name={`Bump ${row + 1}, centre ${axisName(i, dim)}`}
                      value={bump.center[i] ?? 0}
                      onTry={(value) =>
                        put(row, { ...bump, center: bump.center.map((c, j) => (j === i ? value : c)) })
                      }
                      onError={setError}
                    />
                  </td>
                ))}
                <td>
                  <CellInput
                    name={`Bump ${row + 1}, width`}
                    value={bump.width}
                    onTry={(width) => put(row, { ...bump, width })}
                    onError={setError}
                  />
                </td>
                <td>
                  <CellInput
                    name={`Bump ${row + 1}, height`}
                    value={bump.height}
                    onTry={(height) => put(row, { ...bump, height })}
                    onError={setError}
                  />
                </td>
                <td className="row-actions">
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Remove bump ${row + 1}`}
                    disabled={bumps.length === 1}
                    onClick={() => setError(onTry(bumps.toSpliced(row, 1), "reward.bumps"))}
                  >
                    <Icon name="close" />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="row">
        <button
          type="button"
          className="button small"
          disabled={bumps.length >= LIMITS.bumps.max}
          onClick={() => setError(onTry([...bumps, nextBump(bumps, dim)], "reward.bumps"))}
        >
          <Icon name="plus" /> Add bump
        </button>
      </div>
      <FieldMessage inputId={id} error={error} />
    </div>
  );
}

function axisName(i: number, dim: number): string {
  return dim <= 2 ? (["x", "y"][i] ?? "") : `x${i + 1}`;
}

function nextBump(bumps: readonly Bump[], dim: number): Bump {
  const last = bumps.at(-1);
  if (last === undefined) return { center: new Array<number>(dim).fill(0), width: 0.5, height: 1 };
  return { ...last, center: last.center.map((c, i) => (i === 0 ? Number((c + 1).toPrecision(6)) : c)) };
}
