/** The right column: is the run sound, and how do rewards, gap, KL and diversity move. */
import { memo, useMemo } from "react";
import { ChartCard } from "../../../charts/ChartCard.tsx";
import { formatNumber } from "../../../charts/format.ts";
import { useTurn } from "../../../charts/use-turn.ts";
import {
  alarmsOf,
  comparedCharts,
  markedCharts,
  measuredCharts,
  reportedCharts,
} from "../../../lab/training/run-charts.ts";
import { measuredPoints, pointAt } from "../../../lab/training/runs.ts";
import type { ReferenceState, ReferenceWeights } from "../../../lab/training/state.ts";
import type { ChartData } from "../../../measure/series.ts";
import { isImageTraining } from "../../../spec/training/types.ts";
import { ChartSkeleton } from "../../ChartSkeleton.tsx";
import { HelpTip } from "../../HelpTip.tsx";
import { PanelBoundary } from "../../PanelBoundary.tsx";
import { useChartActions } from "../../use-chart-actions.tsx";
import { useThrottled } from "../../use-throttled.ts";
import {
  comparedRun,
  openTab,
  scrubbedIteration,
  shownRun,
  usePoints,
  useTraining,
  useTrainingStore,
} from "../training-context.ts";
import { isEdited, noChartsText, scrubText } from "../training-run-words.ts";
import { comparedTitle } from "../runs/run-list-words.ts";
import { LossPlot } from "./LossPlot.tsx";
import { RunHealth } from "./RunHealth.tsx";
import { TrainingFindings } from "./TrainingFindings.tsx";
import { TrainingStudyPanel } from "./TrainingStudy.tsx";
import { TrainingTabs } from "./TrainingTabs.tsx";

/** Tabs: the run on the screen, the studies, or the findings. */
export function TrainingCharts() {
  const study = useTraining((state) => state.study);
  const open = useTraining(openTab);
  return (
    <section className="panel charts" id="charts" aria-label="Charts">
      <TrainingTabs open={open} />
      <div id="study-panel" role="tabpanel" aria-labelledby={`tab-${open}`} className="study" tabIndex={-1}>
        <PanelBoundary what="The charts" key={open}>
          {open === "run" && <RunCharts />}
          {open === "studies" && study !== null && <TrainingStudyPanel id={study} />}
          {open === "findings" && <TrainingFindings />}
        </PanelBoundary>
      </div>
    </section>
  );
}

function RunCharts() {
  return (
    <>
      <div className="study-head">
        <h2 className="question">Trained with noise: what is it worth without?</h2>
        <span className="study-help">
          <HelpTip term="gap" />
        </span>
      </div>
      <Charts />
    </>
  );
}

function Charts() {
  const run = useTraining(shownRun);
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const prepared = useTraining((state) => state.prepared);
  const edited = useTraining(isEdited);
  const failure = useTraining((state) => (state.run.phase === "failed" ? state.run.message : null));
  const empty = useTraining(noChartsText);
  const spec = run?.spec;
  const points = run?.points;
  const reports = run?.reports;
  // Apart, because reports come all the time and drawing a chart takes a while.
  const measured = useMemo(
    () => (spec === undefined || points === undefined ? [] : measuredCharts({ spec, points }, prepared)),
    [spec, points, prepared],
  );
  const report = useThrottled(
    useMemo(() => (spec === undefined || reports === undefined ? null : { spec, reports }), [spec, reports]),
    REPORT_MS,
  );
  const reported = useMemo(
    // For a moment after a change of runs the report is the other run's.
    () => (report === null || report.spec !== spec ? [] : reportedCharts(report, prepared)),
    [report, spec, prepared],
  );
  const measuredCount = points === undefined ? 0 : measuredPoints({ points }).length;
  const alarms = useMemo(() => (points === undefined ? [] : alarmsOf({ points })), [points]);
  const scrubbed = useTraining(scrubbedIteration);
  const compared = useTraining((state) => comparedRun(state)?.points);
  const title = useTraining(comparedTitle);
  const held = useMemo(
    () => (compared === undefined ? measured : comparedCharts(measured, { points: compared }, title)),
    [measured, compared, title],
  );
  const charts = useMemo(
    // One moment makes no curve; its numbers stand beside the samples.
    () => (measuredCount > 1 ? markedCharts([...held, ...reported], scrubbed) : []),
    [measuredCount, held, reported, scrubbed],
  );
  return (
    <>
      {edited && <p className="stage">Of the run before the settings changed</p>}
      {scrubbed !== null && points !== undefined && (
        <p className="stage">
          {scrubText(scrubbed, pointAt({ points }, null)?.checkpoint.iteration ?? scrubbed)}
        </p>
      )}
      {failure !== null && (
        <div className="panel-error">
          <p>{failure}</p>
        </div>
      )}
      {run !== null && <RunHealth run={run} alarms={alarms} />}
      {charts.length === 0 && failure === null && (
        <>
          <p className="chart-summary">{empty}</p>
          <ChartSkeleton />
        </>
      )}
      {charts.map((chart) => (
        <PanelBoundary what={`The chart “${chart.title}”`} key={chart.id}>
          <OneChart chart={chart} />
        </PanelBoundary>
      ))}
      {!images && <Pretraining />}
    </>
  );
}

/** Charts of what every iteration reports are drawn at most this often, ms. */
const REPORT_MS = 1000;

const noPick = () => null;

/** Draws again only for new data. Cards of many charts come one by one. */
const OneChart = memo(function OneChart({ chart }: { readonly chart: ChartData }) {
  const store = useTrainingStore();
  const come = useTurn(true);
  const actions = useChartActions(store, chart, noPick);
  if (come === null) return null;
  return <ChartCard chart={chart} height={260} pickWord={null} {...actions} fileName="etalon-training" />;
});

/** The pretrained network: its loss where it was trained here, and the error of its score. */
function Pretraining() {
  const reference = useTraining((state) => state.reference);
  const steps = usePoints((spec) => spec.network.pretrainSteps);
  const losses = lossesOf(reference);
  const errors = reference.phase === "ready" ? reference.weights.scoreError : null;
  return (
    <>
      {losses.length > 0 && <LossPlot losses={losses} steps={steps} />}
      {errors !== null && <ScoreErrors errors={errors} />}
    </>
  );
}

function lossesOf(reference: ReferenceState) {
  return "losses" in reference ? reference.losses : [];
}

/** How far the learned score is from the exact one, by time. */
function ScoreErrors({ errors }: { readonly errors: NonNullable<ReferenceWeights["scoreError"]> }) {
  const worst = Math.max(...errors.map(({ relative }) => relative));
  return (
    <details className="score-errors">
      <summary>
        Error of the pretrained score: at most {formatNumber(100 * worst, 2)} % of its size, by time
      </summary>
      <div className="table-frame" tabIndex={0} role="region" aria-label="Error of the pretrained score">
        <table>
          <thead>
            <tr>
              <th scope="col">t</th>
              <th scope="col">log-SNR</th>
              <th scope="col">E |error|² / E |score|²</th>
            </tr>
          </thead>
          <tbody>
            {errors.map(({ t, logSnr, relative }) => (
              <tr key={t}>
                <th scope="row">{formatNumber(t, 3)}</th>
                <td>{formatNumber(logSnr, 3)}</td>
                <td>{formatNumber(relative, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
