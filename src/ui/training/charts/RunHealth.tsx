/** What to know of a run before believing its charts: the ratio's self-test, the alarm, and notes. */
import { formatNumber } from "../../../charts/format.ts";
import type { TrainingRun } from "../../../lab/training/state.ts";
import { Icon } from "../../Icon.tsx";

/** The lines. */
export function RunHealth(props: { readonly run: TrainingRun; readonly alarms: readonly string[] }) {
  const { run, alarms } = props;
  const notes = run.reports.at(-1)?.notes ?? [];
  return (
    <div className="run-health">
      <p className={`ratio-test ratio-${ratioTest(run).state}`}>{ratioTest(run).text}</p>
      {alarms.length > 0 && (
        <div className="hacking-alarm" role="alert">
          <Icon name="warning" />
          <ul className="chart-notes">
            {alarms.map((alarm) => (
              <li key={alarm}>{alarm}</li>
            ))}
          </ul>
        </div>
      )}
      {notes.length > 0 && (
        <ul className="chart-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Rounding of single precision may move a ratio by this much; more means that rollout and training disagree. */
const ROUNDING = 1e-3;

/** The largest |ratio - 1| before the first update of any iteration so far. */
export function ratioTest({ reports, spec }: Pick<TrainingRun, "reports" | "spec">): {
  readonly state: "none" | "good" | "bad";
  readonly text: string;
} {
  const errors = reports.flatMap(({ firstRatioError }) => firstRatioError ?? []);
  if (reports.length === 0)
    return {
      state: "none",
      text: "Self-test: the ratio before the first update shows with the first iteration.",
    };
  if (errors.length === 0)
    return { state: "none", text: `No ratio to test: ${spec.algorithm.kind} has none.` };
  const largest = Math.max(...errors);
  const good = largest <= ROUNDING;
  return {
    state: good ? "good" : "bad",
    text: `Ratio before the first update: 1 (largest error ${formatNumber(largest, 2)})${good ? "" : "; rollout and training disagree, so do not trust this run"}.`,
  };
}
