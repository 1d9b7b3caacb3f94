/** The right column: the measured gap and diversity of the grid, and the charts over eta and N. */
import { memo } from "react";
import { ChartCard } from "../../charts/ChartCard.tsx";
import type { ImageLabData, ImageSamples } from "../../lab/images/state.ts";
import { imageSpecKey } from "../../lab/images/store.ts";
import { useTurn } from "../../charts/use-turn.ts";
import type { ChartData } from "../../measure/series.ts";
import type { ImageRewardKind, ImageStudyKind } from "../../spec/images/types.ts";
import { ChartSkeleton } from "../ChartSkeleton.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";
import { TabList } from "../TabList.tsx";
import { useChartActions } from "../use-chart-actions.tsx";
import { useImagePropose, useImages, useImageStore } from "./image-context.ts";
import { imagePickOf } from "./image-pick.ts";
import { IMAGE_REWARD_WORDS } from "./reward-words.ts";
import { estimateText, rewardName } from "./samples/reward-text.ts";
import { rowEstimates } from "./samples/row-estimates.ts";
import { IMAGE_STUDY_WORDS, studyWords } from "./study-words.ts";

/** Numbers and charts. */
export function ImageStudy() {
  const store = useImageStore();
  const study = useImages((state) => state.spec.evaluation.study);
  const open = (next: ImageStudyKind) =>
    store.getState().edit((spec) => ({ ...spec, evaluation: { ...spec.evaluation, study: next } }));
  return (
    <section className="panel charts" id="charts" aria-label="Charts">
      <TabList label="Studies" tabs={IMAGE_STUDY_WORDS} open={study} panel="study-panel" onOpen={open} />
      <div className="study" id="study-panel" role="tabpanel" aria-labelledby={`tab-${study}`} tabIndex={-1}>
        <div className="study-head">
          <h2 className="question">{studyWords(study).question}</h2>
          <span className="study-help">
            <HelpTip term="kinds" />
          </span>
        </div>
        <GridNumbers />
        {study === "prompts" && <PromptSetsField />}
        <PanelBoundary what="The charts" key={study}>
          <Charts />
        </PanelBoundary>
      </div>
    </section>
  );
}

const SETS = [
  { value: "drawn", text: "drawn by the seed" },
  { value: "cut", text: "cut from this one" },
] as const;

/** Where the prompts of the study come from. */
function PromptSetsField() {
  const sets = useImages((state) => state.spec.evaluation.promptSets);
  const propose = useImagePropose();
  return (
    <SelectField
      label="Sets of prompts"
      value={sets}
      options={SETS}
      onTry={(promptSets) =>
        propose(
          (spec) => ({ ...spec, evaluation: { ...spec.evaluation, promptSets } }),
          "evaluation.promptSets",
        )
      }
    />
  );
}

/** What the grid on the left measures, for the reward chosen now. Keeps its place while there is none. */
function GridNumbers() {
  const samples = useImages((state) => state.samples);
  const kind = useImages((state) => state.spec.reward.kind);
  const { images, study } = useImages((state) => state.spec.evaluation);
  const name = samples === null ? IMAGE_REWARD_WORDS[kind] : rewardName(samples, kind);
  return (
    <dl className="grid-numbers">
      <div>
        <dt>
          Gap of the grid, SDE − ODE, in {name.toLowerCase()} <HelpTip term="gap" />
        </dt>
        <dd>{samples === null ? "…" : gapText(samples, kind)}</dd>
        {study === "sampler" && (
          <dd className="note">
            Of the pairs shown alone; the charts below judge by {images.toLocaleString("en-US")} per point.
          </dd>
        )}
      </div>
      <div>
        <dt>
          Diversity of the rows <HelpTip term="diversity" />
        </dt>
        <dd>ODE {samples === null ? "…" : estimateText(samples.diversity.ode)}</dd>
        <dd>SDE {samples === null ? "…" : estimateText(samples.diversity.sde)}</dd>
      </div>
    </dl>
  );
}

function gapText(samples: ImageSamples, kind: ImageRewardKind): string {
  const gap = rowEstimates(samples, kind)?.gap;
  if (gap === undefined) return samples.missing[kind] ?? "no value here";
  return estimateText(gap);
}

/** How finished the charts are, in words. */
export function chartsStage({ charts, spec }: Pick<ImageLabData, "charts" | "spec">): string {
  if (charts === null) return " ";
  if (charts.specKey !== imageSpecKey(spec)) return "Of an earlier setting; updating …";
  return charts.stage === "full" ? "Measured" : "Measuring …";
}

function Charts() {
  const charts = useImages((state) => state.charts);
  const stage = useImages(chartsStage);
  const failure = useImages((state) => (state.run.phase === "failed" ? state.run.message : null));
  return (
    <>
      <p className="stage">{stage}</p>
      {failure !== null && (
        <div className="panel-error">
          <p>{failure}</p>
        </div>
      )}
      {charts === null && failure === null && <ChartSkeleton />}
      {charts?.charts.map((chart) => (
        <PanelBoundary what={`The chart “${chart.title}”`} key={chart.id}>
          <OneChart chart={chart} />
        </PanelBoundary>
      ))}
    </>
  );
}

/** Draws again only for new data: progress comes ten times a second. Cards of many charts come one by one. */
const OneChart = memo(function OneChart({ chart }: { readonly chart: ChartData }) {
  const store = useImageStore();
  const come = useTurn(true);
  const actions = useChartActions(store, chart, imagePickOf);
  if (come === null) return null;
  return (
    <ChartCard
      chart={chart}
      pickWord={imagePickOf(chart)?.word ?? null}
      {...actions}
      fileName="etalon-images"
    />
  );
});
