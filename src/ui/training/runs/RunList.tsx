/** The runs of this session and of the browser's store: choose one to see it, name it, delete it. */
import { useMemo, useRef, useState } from "react";
import { countRuns, runList, type ListedRun } from "../../../lab/training/run-list.ts";
import { useThrottled } from "../../use-throttled.ts";
import { TrainingSection } from "../controls/TrainingSection.tsx";
import { useTraining } from "../training-context.ts";
import { RunLine } from "./RunLine.tsx";

/** Where the list stands beside the charts, and pushes nothing down. */
const WIDE = "(min-width: 1000px)";
/** Lines change with every report; they are drawn at most this often, ms. */
const LIST_MS = 500;

/** The list under its title; nothing while there are no runs. */
export function RunList() {
  const runs = useTraining((state) => state.runs);
  const keptRuns = useTraining((state) => state.keptRuns);
  const runNames = useTraining((state) => state.runNames);
  const list = useThrottled(
    useMemo(() => runList({ runs, keptRuns, runNames }), [runs, keptRuns, runNames]),
    LIST_MS,
  );
  const [today] = useState(() => Date.now());
  const frame = useRef<HTMLDivElement>(null);
  if (list.length === 0) return null;
  const count = countRuns(list);
  return (
    <div className="run-list" ref={frame} role="region" aria-label="Runs" tabIndex={-1}>
      <TrainingSection id="runs" title="Runs" digest={String(count)} openAtFirst={isWide()}>
        <Lines {...{ list, today }} before={null} onGone={() => frame.current?.focus()} />
        <p className="note">{keptText(list)}</p>
      </TrainingSection>
    </div>
  );
}

function isWide(): boolean {
  return "matchMedia" in globalThis && matchMedia(WIDE).matches;
}

function Lines(props: {
  readonly list: readonly ListedRun[];
  /** The run that these are branches of. */
  readonly before: ListedRun | null;
  readonly today: number;
  readonly onGone: () => void;
}) {
  const { list, before, today, onGone } = props;
  return (
    <ul>
      {list.map((run) => (
        <li key={run.id}>
          <RunLine {...{ run, today, onGone }} before={before?.spec ?? null} />
          {run.branches.length > 0 && <Lines {...{ today, onGone }} list={run.branches} before={run} />}
        </li>
      ))}
    </ul>
  );
}

/** Where the runs live. */
export function keptText(list: readonly ListedRun[]): string {
  const all = (runs: readonly ListedRun[]): boolean => runs.every((run) => run.kept && all(run.branches));
  return all(list)
    ? "This browser keeps the newest runs, also when the page is closed."
    : "Runs marked “this tab only” are lost when the page is closed.";
}
