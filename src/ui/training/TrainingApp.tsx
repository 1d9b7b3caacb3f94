/** The training page: fine-tune a learned model with noise in its sampler, and see what is left without it. */
import { useState } from "react";
import type { TrainingLabStore } from "../../lab/training/state.ts";
import type { AlgorithmKind } from "../../spec/training/types.ts";
import { createMistakes, MistakesContext } from "../fields/mistakes.ts";
import { LinkErrorCard, NoticeList } from "../Notices.tsx";
import { PageFrame } from "../PageFrame.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";
import { useTheme } from "../use-theme.ts";
import { TrainingCharts } from "./charts/TrainingCharts.tsx";
import { TrainingControls } from "./controls/TrainingControls.tsx";
import "../styles/images.css";
import "./training.css";
import {
  CardsContext,
  TrainingContext,
  useTraining,
  useTrainingStore,
  type CardWords,
} from "./training-context.ts";
import { RunList } from "./runs/RunList.tsx";
import { TrainingHeader } from "./TrainingHeader.tsx";
import { TrainingStrip } from "./TrainingStrip.tsx";
import { useTrainingShortcuts } from "./use-training-shortcuts.ts";
import { TrainingViews } from "./views/TrainingViews.tsx";

export interface TrainingAppProps {
  readonly store: TrainingLabStore;
  /** Fetches what an algorithm's card says; must not change between draws. */
  readonly card: (kind: AlgorithmKind) => Promise<CardWords>;
}

/** The whole page over its store. */
export function TrainingApp({ store, card }: TrainingAppProps) {
  useTrainingShortcuts(store);
  const [mistakes] = useState(() => createMistakes());
  return (
    <TrainingContext value={store}>
      <CardsContext value={card}>
        <MistakesContext value={mistakes}>
          <PanelBoundary what="The page">
            <Page />
          </PanelBoundary>
        </MistakesContext>
      </CardsContext>
    </TrainingContext>
  );
}

function Page() {
  const store = useTrainingStore();
  const embed = useTraining((state) => state.embed);
  const notices = useTraining((state) => state.notices);
  const problem = useTraining((state) => state.linkProblem);
  useTheme(useTraining((state) => state.theme));
  return (
    <PageFrame embed={embed} header={<TrainingHeader />}>
      <TrainingStrip />
      {problem !== null && <LinkErrorCard problem={problem} onMend={store.getState().mendLink} />}
      <main className="columns training-columns">
        <TrainingControls />
        <div className="panel views-panel" id="views">
          <PanelBoundary what="The samples">
            <TrainingViews />
          </PanelBoundary>
          <PanelBoundary what="The list of runs">
            <RunList />
          </PanelBoundary>
        </div>
        <TrainingCharts />
      </main>
      <NoticeList notices={notices} onDismiss={store.getState().dismiss} />
    </PageFrame>
  );
}
