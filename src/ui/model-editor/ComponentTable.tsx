import { useState } from "react";
import type { ComponentSpec } from "../../spec/types.ts";
import { CellInput } from "../fields/CellInput.tsx";
import { Icon } from "../Icon.tsx";
import {
  COMPONENT_LIMITS,
  componentFault,
  withComponent,
  withoutComponent,
  type Components,
} from "./component-edits.ts";

interface Props {
  readonly components: Components;
  readonly dim: 1 | 2;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly onChange: (components: ComponentSpec[]) => void;
}

/** One number of a component: its heading and where it is kept. */
interface Column {
  readonly head: string;
  readonly name: string;
  read(component: ComponentSpec): number;
  write(component: ComponentSpec, value: number): ComponentSpec;
}

/** Above this many components only the selected one is typed at a time. */
const MANY = 12;

/** Weights, means and covariances as numbers to type: everything that the picture does, without dragging. */
export function ComponentTable({ components, dim, selected, onSelect, onChange }: Props) {
  const [error, setError] = useState<string | null>(null);
  const columns = COLUMNS[dim];
  const rows = components.map((component, index) => ({ component, index }));
  const shown = rows.length > MANY ? rows.filter(({ index }) => index === selected) : rows;
  const attempt = (index: number, next: ComponentSpec): string | null => {
    const fault = componentFault(next);
    if (fault === null) onChange(withComponent(components, index, next));
    return fault;
  };
  return (
    <div className="mixture-table">
      {rows.length > MANY && (
        <label>
          Component{" "}
          <select value={selected} onChange={(event) => onSelect(Number(event.target.value))}>
            {rows.map(({ index }) => (
              <option key={index} value={index}>
                {index + 1} of {rows.length}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="mixture-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">component</span>
              </th>
              {columns.map((column) => (
                <th key={column.head} scope="col">
                  {column.head}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ component, index }) => (
              <tr
                key={index}
                className={index === selected ? "mixture-selected" : undefined}
                onFocus={() => onSelect(index)}
              >
                <th scope="row">{index + 1}</th>
                {columns.map((column) => (
                  <td key={column.head}>
                    <CellInput
                      name={`Component ${index + 1}, ${column.name}`}
                      value={column.read(component)}
                      onTry={(value) => attempt(index, column.write(component, value))}
                      onError={setError}
                    />
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Remove component ${index + 1}`}
                    title={`Remove component ${index + 1}`}
                    disabled={components.length <= COMPONENT_LIMITS.min}
                    onClick={() => onChange(withoutComponent(components, index))}
                  >
                    <Icon name="close" />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="field-message" role="status">
        {error}
      </p>
    </div>
  );
}

const WEIGHT: Column = {
  head: "weight",
  name: "weight",
  read: (c) => c.weight,
  write: (c, weight) => ({ ...c, weight }),
};

function meanColumn(i: number, head: string): Column {
  return {
    head,
    name: head,
    read: (c) => c.mean[i] ?? 0,
    write: (c, value) => ({ ...c, mean: c.mean.map((old, j) => (j === i ? value : old)) }),
  };
}

function covColumn(i: number, j: number, head: string, name: string): Column {
  return {
    head,
    name,
    read: (c) => c.cov[i]?.[j] ?? 0,
    write: (c, value) => ({
      ...c,
      cov: c.cov.map((row, r) =>
        row.map((old, s) => ((r === i && s === j) || (r === j && s === i) ? value : old)),
      ),
    }),
  };
}

const COLUMNS: Readonly<Record<1 | 2, readonly Column[]>> = {
  1: [WEIGHT, meanColumn(0, "mean"), covColumn(0, 0, "variance", "variance")],
  2: [
    WEIGHT,
    meanColumn(0, "mean x"),
    meanColumn(1, "mean y"),
    covColumn(0, 0, "var x", "variance of x"),
    covColumn(0, 1, "cov", "covariance of x and y"),
    covColumn(1, 1, "var y", "variance of y"),
  ],
};
