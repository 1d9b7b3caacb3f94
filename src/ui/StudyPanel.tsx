/** The right column: one tab per study, its question, and its charts. */
import { memo } from "react";
import { ChartCard } from "../charts/ChartCard.tsx";
import { useTurn } from "../charts/use-turn.ts";
import { specKey } from "../lab/store.ts";
import { STUDIES, studyOf, type StudyId } from "../lab/studies.ts";
import type { ChartData } from "../measure/series.ts";
import { ChartSkeleton } from "./ChartSkeleton.tsx";
import { HelpTip } from "./HelpTip.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { pickOf } from "./pick.ts";
import { stageText } from "./run-words.ts";
import { TabList } from "./TabList.tsx";
import { useChartActions } from "./use-chart-actions.tsx";

/** Tabs and the open study. */
export function StudyPanel() {
  const store = useLabStore();
  const study = useLab((state) => state.study);
  return (
    <section className="panel charts" id="charts" aria-label="Charts">
      <TabList
        label="Studies"
        tabs={STUDIES}
        open={study}
        panel="study-panel"
        onOpen={(id) => store.getState().set({ study: id })}
      />
      <div id="study-panel" role="tabpanel" aria-labelledby={`tab-${study}`} className="study" tabIndex={-1}>
        <PanelBoundary what="The charts" key={study}>
          <Study id={study} />
        </PanelBoundary>
      </div>
    </section>
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

/** Draws again only for new data: progress comes ten times a second. Cards of many charts come one by one. */
const OneChart = memo(function OneChart({ chart }: { readonly chart: ChartData }) {
  const store = useLabStore();
  const come = useTurn(true);
  const word = useLab((state) => pickOf(chart, state.spec)?.word ?? null);
  const actions = useChartActions(store, chart, pickOf);
  if (come === null) return null;
  return <ChartCard chart={chart} pickWord={word} {...actions} fileName="etalon" />;
});
