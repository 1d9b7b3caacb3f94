import { useEffect, useId, useRef, useState } from "react";
import { formatNumber } from "../../charts/format.ts";
import { skippedText } from "../../lab/points/points-client.ts";
import type { PointsSummary } from "../../lab/points/points-messages.ts";
import { LIMITS } from "../../spec/limits.ts";
import type { ComponentSpec, ModelSpec } from "../../spec/types.ts";
import { CloudCanvas } from "./CloudCanvas.tsx";
import { CloudPreview } from "./CloudPreview.tsx";
import { FitTable } from "./FitTable.tsx";
import { SourceTabs, type Source } from "./SourceTabs.tsx";
import { usePoints } from "./use-points.ts";
import "../views/views.css";
import "./model-editor.css";

export type PointsModel = Extract<ModelSpec, { kind: "points" }>;

export interface PointsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Gets the finished fit; the dialog then closes. */
  readonly onImport: (model: PointsModel) => void;
}

const EXAMPLE = "x, y\n0.5, 1.2\n0.7, 0.9\n…";
const NAME_LENGTH = 60;

/** Imports the user's own points: file, pasted text or a drawn cloud, turned into a mixture. */
export function PointsDialog({ open, onClose, onImport }: PointsDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="points-dialog" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>Your own points</h2>
      <PointsForm onClose={onClose} onImport={onImport} />
    </dialog>
  );
}

function PointsForm({ onClose, onImport }: Omit<PointsDialogProps, "open">) {
  const [source, setSource] = useState<Source>("file");
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [columns, setColumns] = useState<readonly number[] | null>(null);
  const [standardise, setStandardise] = useState(false);
  const [most, setMost] = useState("16");
  const limit = Number(most);
  const limitFault =
    Number.isInteger(limit) && limit >= 1 && limit <= 64 ? null : "Type a whole number from 1 to 64.";
  const [state, actions] = usePoints(limitFault === null ? limit : null);
  const { table, points, fit, fitting, error } = state;
  const used = columns ?? table?.numeric.slice(0, 2) ?? [];
  const outside = fit !== null && !fit.components.every(withinLimits);

  const choose = (next: readonly number[], standard: boolean) => {
    setColumns(next);
    setStandardise(standard);
    if (table !== null) actions.extract(next, standard);
  };
  const read = (from: string | Blob, called: string) => {
    setName(called.replace(/\.[^.]*$/, "").slice(0, NAME_LENGTH));
    setColumns(null);
    actions.read(from, standardise);
  };
  return (
    <form method="dialog" onSubmit={(event) => event.preventDefault()}>
      <SourceTabs source={source} onSource={setSource}>
        {source === "file" && <FileDrop onFile={(file) => read(file, file.name)} />}
        {source === "paste" && (
          <>
            <label className="points-paste">
              One point per line; commas, semicolons, tabs or blanks between numbers
              <textarea
                rows={7}
                spellCheck={false}
                placeholder={EXAMPLE}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            </label>
            <button type="button" className="button small" onClick={() => read(text, "pasted points")}>
              Read the text
            </button>
          </>
        )}
        {source === "draw" && (
          <CloudCanvas
            onClear={actions.clear}
            onPoints={(drawn) => {
              setName("drawn cloud");
              actions.take(drawn, standardise);
            }}
          />
        )}
      </SourceTabs>
      {error !== null && (
        <p className="views-failure" role="alert">
          {error.replace(/^points: /, "").replace(/^./, (first) => first.toUpperCase())}.
        </p>
      )}
      {table !== null && (
        <div className="points-columns">
          <span className="views-muted">
            {table.rows.toLocaleString("en")} {table.rows === 1 ? "row" : "rows"}, {table.names.length}{" "}
            {table.names.length === 1 ? "column" : `columns apart by ${table.separator}`}
          </span>
          {([0, 1] as const).map((slot) => (
            <label key={slot}>
              {slot === 0 ? "x" : "y"}{" "}
              <select
                value={used[slot] ?? -1}
                onChange={(event) => choose(withColumn(used, slot, Number(event.target.value)), standardise)}
              >
                {slot === 1 && <option value={-1}>none: one dimension</option>}
                {table.names.map((column, i) => (
                  <option key={i} value={i}>
                    {column}
                    {table.numeric.includes(i) ? "" : " (few numbers)"}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      )}
      {(table !== null || points !== null) && source !== "draw" && (
        <label className="views-toggle">
          <input
            type="checkbox"
            checked={standardise}
            onChange={(event) => choose(used, event.target.checked)}
          />
          Standardise: mean 0 and standard deviation 1 in each column
        </label>
      )}
      {points !== null && (
        <div className="points-found">
          <CloudPreview points={points} fit={fit} />
          <PointsReport points={points} />
        </div>
      )}
      {points !== null && (
        <div className="points-columns">
          <label>
            At most{" "}
            <input
              className="views-step"
              type="text"
              inputMode="numeric"
              aria-invalid={limitFault !== null}
              title={limitFault ?? undefined}
              value={most}
              onChange={(event) => setMost(event.target.value)}
            />{" "}
            components
          </label>
          {fitting === null ? (
            <button
              type="button"
              className={fit === null ? "button primary" : "button"}
              disabled={limitFault !== null}
              onClick={() => actions.fit(limit)}
            >
              {fit === null ? "Fit a mixture" : "Fit again"}
            </button>
          ) : (
            <>
              <progress value={fitting} max={1} aria-label="Fit" />
              <button type="button" className="button small" onClick={actions.cancel}>
                Stop
              </button>
            </>
          )}
          {limitFault !== null && <span role="status">{limitFault}</span>}
        </div>
      )}
      {fit !== null && points !== null && <FitTable fit={fit} points={points} />}
      {outside && (
        <p className="views-failure" role="alert">
          The lab takes coordinates and variances up to {LIMITS.variance.max.toLocaleString("en")}, and these
          points go beyond. Tick Standardise.
        </p>
      )}
      <div className="points-end">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button primary"
          disabled={fit === null || points === null || outside}
          onClick={() => {
            if (fit === null || points === null) return;
            onImport({
              kind: "points",
              name: standardise && source !== "draw" ? `${name} (standardised)` : name,
              count: points.count,
              components: fit.components,
            });
            onClose();
          }}
        >
          Use this mixture
        </button>
      </div>
    </form>
  );
}

function withinLimits({ mean, cov }: ComponentSpec): boolean {
  return (
    mean.every((value) => Math.abs(value) <= LIMITS.coordinate.max) &&
    cov.every((row) => row.every((value) => Math.abs(value) <= LIMITS.variance.max))
  );
}

/** What was kept and what was left out. */
function PointsReport({ points }: { points: PointsSummary }) {
  const { count, dim, skipped, examples, thinnedFrom, mean, std } = points;
  return (
    <div className="points-report" role="status">
      <p>
        {count.toLocaleString("en")} points in {dim === 1 ? "one dimension" : "two dimensions"}
        {thinnedFrom !== null && `: of ${thinnedFrom.toLocaleString("en")} rows, evenly spaced ones are used`}
      </p>
      <p className="views-muted">
        mean {mean.map((value) => formatNumber(value)).join(", ")}; standard deviation{" "}
        {std.map((value) => formatNumber(value)).join(", ")}
      </p>
      {skipped > 0 && (
        <>
          <p>
            {skipped.toLocaleString("en")} {skipped === 1 ? "row" : "rows"} left out:
          </p>
          <ul>
            {examples.map((row) => (
              <li key={row.line}>{skippedText(row)}</li>
            ))}
            {skipped > examples.length && (
              <li>and {(skipped - examples.length).toLocaleString("en")} more</li>
            )}
          </ul>
        </>
      )}
    </div>
  );
}

/** A file by choosing or dropping. */
function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  return (
    <label
      className={over ? "points-drop points-drop-over" : "points-drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file !== undefined) onFile(file);
      }}
    >
      <span>Choose a CSV or text file, or drop one here. It stays on this device.</span>
      <input
        type="file"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
        }}
      />
    </label>
  );
}

/** Columns with the one of a slot replaced; -1 in the second slot leaves one dimension. */
function withColumn(used: readonly number[], slot: 0 | 1, column: number): number[] {
  const [x = 0, y = -1] = used;
  const next = slot === 0 ? [column, y] : [x, column];
  return next.filter((value) => value >= 0);
}
