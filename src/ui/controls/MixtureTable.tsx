/** The components of a mixture, typed: weight, mean, covariance; add, copy, remove. */
import { useId, useState } from "react";
import { LIMITS } from "../../spec/limits.ts";
import type { ComponentSpec } from "../../spec/types.ts";
import { CellInput } from "../fields/CellInput.tsx";
import { FieldMessage } from "../fields/Field.tsx";
import { withEntry } from "../fields/MatrixField.tsx";
import { Icon } from "../Icon.tsx";
import { usePropose } from "../lab-context.ts";
import { inDimension, withComponents } from "./mixture-edits.ts";

interface Column {
  readonly head: string;
  /** Completes "Component 2, ...". */
  readonly name: string;
  readonly get: (component: ComponentSpec) => number;
  readonly put: (component: ComponentSpec, value: number) => ComponentSpec;
}

function meanColumn(i: number, head: string): Column {
  return {
    head,
    name: `mean ${head.slice(-1)}`,
    get: ({ mean }) => mean[i] ?? 0,
    put: (component, value) => ({ ...component, mean: component.mean.map((m, j) => (j === i ? value : m)) }),
  };
}

function covColumn(i: number, j: number, head: string, name: string): Column {
  return {
    head,
    name,
    get: ({ cov }) => cov[i]?.[j] ?? 0,
    put: (component, value) => ({ ...component, cov: withEntry(component.cov, i, j, value) }),
  };
}

const WEIGHT: Column = {
  head: "weight",
  name: "weight",
  get: ({ weight }) => weight,
  put: (component, weight) => ({ ...component, weight }),
};

const COLUMNS: Readonly<Record<1 | 2, readonly Column[]>> = {
  1: [WEIGHT, meanColumn(0, "μ x"), covColumn(0, 0, "var", "variance")],
  2: [
    WEIGHT,
    meanColumn(0, "μ x"),
    meanColumn(1, "μ y"),
    covColumn(0, 0, "var x", "variance x"),
    covColumn(1, 1, "var y", "variance y"),
    covColumn(0, 1, "cov", "covariance"),
  ],
};

/** The table. */
export function MixtureTable({ components }: { readonly components: readonly ComponentSpec[] }) {
  const propose = usePropose();
  const id = useId();
  const [error, setError] = useState<string | null>(null);
  const dim = components[0]?.mean.length === 2 ? 2 : 1;
  const put = (next: readonly ComponentSpec[], gesture: string) =>
    propose((spec) => withComponents(spec, next), gesture);
  const full = components.length >= LIMITS.components.max;
  return (
    <div className={error === null ? "field" : "field field-wrong"}>
      <div className="table-frame" tabIndex={0} role="region" aria-label="Mixture components">
        <table className={dim === 2 ? "edit-table edit-plane" : "edit-table"}>
          <thead>
            <tr>
              {COLUMNS[dim].map(({ head }) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {components.map((component, row) => (
              <tr key={row}>
                {COLUMNS[dim].map((column) => (
                  <td key={column.head} data-head={column.head}>
                    <CellInput
                      name={`Component ${row + 1}, ${column.name}`}
                      value={column.get(component)}
                      onTry={(value) =>
                        put(
                          components.map((c, i) => (i === row ? column.put(c, value) : c)),
                          `model.components[${row}]`,
                        )
                      }
                      onError={setError}
                    />
                  </td>
                ))}
                <td className="row-actions">
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Copy component ${row + 1}`}
                    disabled={full}
                    onClick={() =>
                      setError(put(components.toSpliced(row + 1, 0, component), "model.components.copy"))
                    }
                  >
                    <Icon name="copy" />
                  </button>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Remove component ${row + 1}`}
                    disabled={components.length === 1}
                    onClick={() => setError(put(components.toSpliced(row, 1), "model.components.remove"))}
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
          disabled={full}
          onClick={() => setError(put([...components, addition(components, dim)], "model.components.add"))}
        >
          <Icon name="plus" /> Add component
        </button>
      </div>
      <FieldMessage inputId={id} error={error} />
    </div>
  );
}

/** A component beside the last one, like it in size. */
function addition(components: readonly ComponentSpec[], dim: 1 | 2): ComponentSpec {
  const last = components.at(-1);
  if (last === undefined)
    return { weight: 1, mean: new Array<number>(dim).fill(0), cov: inDimension([], dim)[0]?.cov ?? [[1]] };
  return { ...last, mean: last.mean.map((m, i) => (i === 0 ? Number((m + 1).toPrecision(6)) : m)) };
}
