/** The right column: one tab per study, its question, and its charts. */
import { memo, useDeferredValue, useRef, type KeyboardEvent } from "react";
import { ChartCard } from "../charts/ChartCard.tsx";
import { specKey } from "../lab/store.ts";
import { STUDIES, studyOf, type StudyId } from "../lab/studies.ts";
import type { ChartData } from "../measure/series.ts";
import { ChartSkeleton } from "./ChartSkeleton.tsx";
import { HelpTip } from "./HelpTip.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { pickOf } from "./pick.ts";
import { stageText } from "./run-words.ts";
import { useChartActions } from "./use-chart-actions.tsx";

/** Tabs and the open study. */
export function StudyPanel() {
  const study = useLab((state) => state.study);
  return (
    <section className="panel charts" id="charts" aria-label="Charts">
      <StudyTabs study={study} />
      <div id="study-panel" role="tabpanel" aria-labelledby={`tab-${study}`} className="study" tabIndex={-1}>
        <PanelBoundary what="The charts" key={study}>
          <Study id={study} />
        </PanelBoundary>
      </div>
    </section>
  );
}

function StudyTabs({ study }: { readonly study: StudyId }) {
  const store = useLabStore();
  const list = useRef<HTMLDivElement>(null);
  const open = (id: StudyId, focus: boolean) => {
    store.getState().set({ study: id });
    if (focus) list.current?.querySelector<HTMLElement>(`#tab-${id}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = STUDIES.findIndex(({ id }) => id === study);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: STUDIES.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = STUDIES[(to + STUDIES.length) % STUDIES.length];
    if (next !== undefined) open(next.id, true);
  };
  return (
    <div ref={list} role="tablist" aria-label="Studies" className="tabs" onKeyDown={onKeyDown}>
      {STUDIES.map(({ id, tab }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={id === study}
          aria-controls="study-panel"
          tabIndex={id === study ? 0 : -1}
          onClick={() => open(id, false)}
        >
          {tab}
        </button>
      ))}
    </div>
  );
}

function Study({ id }: { readonly id: StudyId }) {
  const shown = useLab((state) => state.charts[id]);
  const key = useLab((state) => specKey(state.spec));
  const failure = useLab((state) => (state.run.phase === "failed" ? state.run.message : null));
  const { question } = studyOf(id);
  return (
    <>
      <div className="study-head">
        <h2 className="question">{question}</h2>
        <span className="study-help">
          <HelpTip term="gap" />
          <HelpTip term="kinds" />
        </span>
      </div>
      <p className="stage">{stageText(shown, shown?.specKey === key)}</p>
      {shown?.refusal != null && <p className="refusal">{shown.refusal}</p>}
      {failure !== null && shown?.specKey !== key && (
        <div className="panel-error">
          <p>{failure}</p>
        </div>
      )}
      {shown === undefined && failure === null && <ChartSkeleton />}
      {shown?.charts.map((chart) => (
        <PanelBoundary what={`The chart “${chart.title}”`} key={chart.id}>
          <OneChart chart={chart} />
        </PanelBoundary>
      ))}
    </>
  );
}

/** Draws again only for new data: progress comes ten times a second, and a chart takes a while. */
const OneChart = memo(function OneChart({ chart: newest }: { readonly chart: ChartData }) {
  const store = useLabStore();
  // Drawn in pieces between the user's events.
  const chart = useDeferredValue(newest);
  const word = useLab((state) => pickOf(chart, state.spec)?.word ?? null);
  const actions = useChartActions(store, chart, pickOf);
  return <ChartCard chart={chart} pickWord={word} {...actions} fileName="etalon" />;
});
