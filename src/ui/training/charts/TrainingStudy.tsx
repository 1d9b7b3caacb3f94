/** A study: its question, its trainings one by one, and charts of those that are finished. */
import { memo, useMemo, useState } from "react";
import { ChartCard } from "../../../charts/ChartCard.tsx";
import { TRAINING_STUDIES, trainingStudyOf } from "../../../lab/training/studies.ts";
import type { TrainingStudyId } from "../../../lab/training/studies.ts";
import { useTurn } from "../../../charts/use-turn.ts";
import type { ChartData } from "../../../measure/series.ts";
import { SelectField } from "../../fields/SelectField.tsx";
import { Icon } from "../../Icon.tsx";
import { PanelBoundary } from "../../PanelBoundary.tsx";
import { useChartActions } from "../../use-chart-actions.tsx";
import { useTraining, useTrainingStore } from "../training-context.ts";
import { isBusy, studyPaceText } from "../training-run-words.ts";
import { StoredStudyNote } from "./StoredStudy.tsx";

const OPTIONS = TRAINING_STUDIES.map(({ id, title }) => ({ value: id, text: title }));

/** The panel. */
export function TrainingStudyPanel({ id }: { readonly id: TrainingStudyId }) {
  const store = useTrainingStore();
  const spec = useTraining((state) => state.spec);
  const finished = useTraining((state) => state.cells);
  const busy = useTraining((state) => isBusy(state.run) && state.run.phase !== "study");
  const running = useTraining((state) => (state.run.phase === "study" ? state.run.label : null));
  const study = trainingStudyOf(id);
  const cells = useMemo(() => study?.cells(spec) ?? [], [study, spec]);
  const pace = useTraining((state) => {
    const missing = cells.filter(({ key }) => !state.cells.has(key));
    return studyPaceText(
      state,
      missing.map((cell) => cell.spec),
    );
  });
  const charts = useMemo(
    () => (study === null || !cells.some(({ key }) => finished.has(key)) ? [] : study.charts(spec, finished)),
    [study, cells, spec, finished],
  );
  if (study === null) return null;
  const done = cells.filter(({ key }) => finished.has(key)).length;
  return (
    <>
      <div className="study-pick">
        <SelectField
          label="Study"
          value={id}
          options={OPTIONS}
          onTry={(next) => {
            store.getState().set({ study: next });
            return null;
          }}
        />
      </div>
      <h2 className="question">{study.question}</h2>
      <div className="row study-run">
        {running === null ? (
          <button
            type="button"
            className="button primary"
            disabled={busy || done === cells.length}
            onClick={() => store.getState().runStudy()}
          >
            <Icon name="run" /> {runWords(done, cells.length)}
          </button>
        ) : (
          <button type="button" className="button" onClick={() => store.getState().stop()}>
            <Icon name="stop" /> Stop the study
          </button>
        )}
        <p className="note">
          {done} of {cells.length} trainings finished. Finished ones are kept in this browser. {pace}
        </p>
      </div>
      <ul className="study-cells" aria-label="Trainings of the study">
        {cells.map((cell) => {
          const state = cell.label === running ? "running" : finished.has(cell.key) ? "done" : "waiting";
          return (
            <li key={cell.key} className={`study-cell study-${state}`} title={cell.label}>
              <span className="visually-hidden">
                {cell.label}: {state}
              </span>
            </li>
          );
        })}
      </ul>
      <StudyResults id={id} key={id} own={charts} />
    </>
  );
}

/** Charts of the trainings run here; where there are none, or on request, those that come with the page. */
function StudyResults({ id, own }: { readonly id: TrainingStudyId; readonly own: readonly ChartData[] }) {
  const stored = useTraining((state) => state.storedStudies[id]);
  const [asked, setAsked] = useState(false);
  const ready = stored?.phase === "ready" ? stored : null;
  const showsStored = ready !== null && (asked || own.length === 0);
  return (
    <>
      {stored?.phase === "failed" && <p className="note">{stored.message}</p>}
      {ready !== null && own.length > 0 && (
        <button
          type="button"
          className="button small"
          aria-pressed={asked}
          onClick={() => setAsked((before) => !before)}
        >
          Stored results
        </button>
      )}
      {showsStored && <StoredStudyNote stored={ready} />}
      {(showsStored ? ready.charts : own).map((chart) => (
        <PanelBoundary what={`The chart “${chart.title}”`} key={chart.id}>
          <StudyChart chart={chart} />
        </PanelBoundary>
      ))}
    </>
  );
}

function runWords(done: number, all: number): string {
  if (done === all) return "All trainings are finished";
  return done === 0 ? `Run ${all} trainings` : `Run the other ${all - done}`;
}

const noPick = () => null;

const StudyChart = memo(function StudyChart({ chart }: { readonly chart: ChartData }) {
  const store = useTrainingStore();
  const come = useTurn(true);
  const actions = useChartActions(store, chart, noPick);
  if (come === null) return null;
  return (
    <ChartCard chart={chart} height={280} pickWord={null} {...actions} fileName="etalon-training-study" />
  );
});
