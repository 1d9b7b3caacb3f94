/** A symmetric matrix, typed cell by cell; a change of one cell changes its mirror image. */
import { useId, useState } from "react";
import { CellInput } from "./CellInput.tsx";
import { FieldMessage } from "./Field.tsx";

export type Matrix = readonly (readonly number[])[];

export interface MatrixFieldProps {
  readonly label: string;
  readonly value: Matrix;
  readonly onTry: (value: Matrix) => string | null;
}

/** The matrix with `value` at (i, j) and (j, i). */
export function withEntry(matrix: Matrix, i: number, j: number, value: number): Matrix {
  return matrix.map((row, r) =>
    row.map((old, c) => ((r === i && c === j) || (r === j && c === i) ? value : old)),
  );
}

/** A grid of cells under one label. */
export function MatrixField({ label, value, onTry }: MatrixFieldProps) {
  const id = useId();
  const [error, setError] = useState<string | null>(null);
  return (
    <div className={error === null ? "field" : "field field-wrong"} role="group" aria-labelledby={id}>
      <div className="field-head">
        <span id={id} className="label">
          {label}
        </span>
      </div>
      <div className="matrix" style={{ gridTemplateColumns: `repeat(${value.length}, minmax(48px, 1fr))` }}>
        {value.map((row, i) =>
          row.map((entry, j) => (
            <CellInput
              key={`${i},${j}`}
              name={`${label}, row ${i + 1}, column ${j + 1}`}
              value={entry}
              onTry={(number) => onTry(withEntry(value, i, j, number))}
              onError={setError}
            />
          )),
        )}
      </div>
      <FieldMessage inputId={id} error={error} />
    </div>
  );
}
