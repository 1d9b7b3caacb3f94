/** The right column: the measured gap and diversity of the grid, and the charts over eta and N. */
import { memo, useDeferredValue } from "react";
import { ChartCard } from "../../charts/ChartCard.tsx";
import { formatCount, formatInterval } from "../../charts/format.ts";
import type { ImageLabData, ImageSamples } from "../../lab/images/state.ts";
import { imageSpecKey } from "../../lab/images/store.ts";
import type { Estimate } from "../../measure/estimate.ts";
import type { ChartData } from "../../measure/series.ts";
import type { ImageRewardKind } from "../../spec/images/types.ts";
import { ChartSkeleton } from "../ChartSkeleton.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";
import { useChartActions } from "../use-chart-actions.tsx";
import { useImages, useImageStore } from "./image-context.ts";
import { imagePickOf } from "./image-pick.ts";
import { IMAGE_REWARD_WORDS } from "./reward-words.ts";

/** Numbers and charts. */
export function ImageStudy() {
  return (
    <section className="panel charts" id="charts" aria-label="Charts">
      <div className="study" id="study-panel" tabIndex={-1}>
        <div className="study-head">
          <h2 className="question">
            How does the reward change with noise in the sampler, and with its steps?
          </h2>
          <span className="study-help">
            <HelpTip term="gap" />
            <HelpTip term="kinds" />
          </span>
        </div>
        <GridNumbers />
        <PanelBoundary what="The charts">
          <Charts />
        </PanelBoundary>
      </div>
    </section>
  );
}

/** What the grid on the left measures. Keeps its place while there is none. */
function GridNumbers() {
  const samples = useImages((state) => state.samples);
  const kind = useImages((state) => state.spec.reward.kind);
  return (
    <dl className="grid-numbers">
      <div>
        <dt>Gap of the grid, SDE − ODE, in {IMAGE_REWARD_WORDS[kind].toLowerCase()}</dt>
        <dd>{samples === null ? "…" : gapText(samples, kind)}</dd>
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

function gapText({ gap, missing }: ImageSamples, kind: ImageRewardKind): string {
  return gap === null ? (missing[kind] ?? "no value here") : estimateText(gap);
}

/** "0.0123 ± 0.0088 (95 %, n = 16)" */
function estimateText(estimate: Estimate): string {
  return `${formatInterval(estimate)} (95 %, ${formatCount(estimate.n)})`;
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

/** Draws again only for new data: progress comes ten times a second, and a chart takes a while. */
const OneChart = memo(function OneChart({ chart: newest }: { readonly chart: ChartData }) {
  const store = useImageStore();
  const chart = useDeferredValue(newest);
  const actions = useChartActions(store, chart, imagePickOf);
  return (
    <ChartCard
      chart={chart}
      pickWord={imagePickOf(chart)?.word ?? null}
      {...actions}
      fileName="etalon-images"
    />
  );
});
