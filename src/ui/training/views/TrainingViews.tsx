/** The centre: samples before and after training, with noise and without, at one moment of training. */
import { memo, useDeferredValue, useMemo, useState } from "react";
import { formatCount, INTERVAL_WORDS } from "../../../charts/format.ts";
import type { TrainingView } from "../../../lab/training/prepare-messages.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { RewardLegend } from "../../views/ScaleLegend.tsx";
import { Toggle } from "../../views/Toggle.tsx";
import "../../views/views.css";
import { shownRun, useTraining } from "../training-context.ts";
import { isBusy, trainingProgress, trainingRunText } from "../training-run-words.ts";
import { ArmFigure } from "./ArmFigure.tsx";
import {
  isWaitingForSamples,
  newSamplesText,
  oldSamplesText,
  viewBehind,
  type DrawnSamples,
} from "./drawn-samples.ts";
import { ImageArms } from "./ImageArms.tsx";
import { SampleLine } from "./SampleLine.tsx";
import { SamplePlane } from "./SamplePlane.tsx";
import { shownSamples, type ShownSamples } from "./shown-samples.ts";
import { summaryRows } from "./summary-rows.ts";
import { TrainingScrubber } from "./TrainingScrubber.tsx";

/** Everything about the samples. Old ones stay, dimmed, until those of a new setting or run are there. */
export function TrainingViews() {
  const [newest, present] = useDrawn();
  const waiting = useTraining(isWaitingForSamples) || !present;
  // Prepared in slices: reward field and contours of three planes take a while together.
  const drawn = useDeferredValue(newest);
  return (
    <section className="views training-views" aria-label="Samples" aria-busy={waiting}>
      <h2 className="visually-hidden">Samples</h2>
      {newest === null && <Waiting />}
      {newest !== null && drawn === null && <div className="views-waiting" />}
      {newest !== null && drawn !== null && (
        <div className={waiting ? "views training-old" : "views"} inert={waiting}>
          <Shown drawn={drawn} />
        </div>
      )}
      {newest !== null && waiting && <OldLine spec={newest.spec} />}
    </section>
  );
}

/** The samples to draw, or null before the first; and whether they are of the run on the screen. */
function useDrawn(): readonly [DrawnSamples | null, boolean] {
  // Not the run itself: it changes with every report, and these alone decide what is drawn.
  const spec = useTraining((state) => shownRun(state)?.spec);
  const points = useTraining((state) => shownRun(state)?.points);
  const scrub = useTraining((state) => state.scrub);
  const prepared = useTraining((state) => state.prepared);
  const [before, setBefore] = useState<DrawnSamples | null>(null);
  const shown = useMemo(
    () => (spec === undefined || points === undefined ? null : shownSamples({ spec, points }, scrub)),
    [spec, points, scrub],
  );
  const view = spec === undefined ? undefined : viewBehind(spec, prepared, before);
  const present = useMemo(
    () => (spec === undefined || shown === null || view === undefined ? null : { spec, shown, view }),
    [spec, shown, view],
  );
  if (present !== null && present !== before) setBefore(present);
  return [present ?? before, present !== null];
}

/** What old samples are of, and how far the new ones are. */
function OldLine({ spec }: { readonly spec: TrainingSpec }) {
  const what = useTraining((state) => oldSamplesText(spec, state.spec));
  const text = useTraining(newSamplesText);
  const busy = useTraining((state) => isBusy(state.run));
  const done = useTraining(trainingProgress);
  return (
    <div className="training-old-line">
      <p>
        {what} {text}
      </p>
      {busy && (
        <progress
          className={done > 0 ? "run-progress" : undefined}
          max={1}
          value={done > 0 ? done : undefined}
          aria-label="Progress of the new samples"
        />
      )}
    </div>
  );
}

function Waiting() {
  const text = useTraining(trainingRunText);
  return (
    <div className="views-waiting">
      <p>{text}</p>
    </div>
  );
}

const Shown = memo(function Shown({ drawn: { shown, view } }: { readonly drawn: DrawnSamples }) {
  const { prompts, measurement } = shown;
  if (view !== null) return <PointsShown shown={shown} view={view} />;
  if (prompts === null || measurement.images === null) return <Waiting />;
  return (
    <>
      <ImageArms shown={shown} notes={measurement.images} prompts={prompts}>
        <Summary shown={shown} />
      </ImageArms>
      <TrainingScrubber shown={shown} />
      <p className="note">
        No law of the data, score error or predicted optimum here: for images nobody knows them.
      </p>
    </>
  );
});

function PointsShown({ shown, view }: { readonly shown: ShownSamples; readonly view: TrainingView }) {
  const [reward, setReward] = useState(true);
  const [data, setData] = useState(true);
  const Plot = view.dim === 1 ? SampleLine : SamplePlane;
  return (
    <>
      <div className="views-options" role="group" aria-label="What is drawn">
        <Toggle on={reward} onChange={setReward}>
          Reward
        </Toggle>
        <Toggle on={data} onChange={setData}>
          Data law
        </Toggle>
      </div>
      <div className="training-panels">
        {shown.arms.map((arm) => (
          <ArmFigure key={arm.id} arm={arm} rewardName={shown.rewardName}>
            {(drawn) => <Plot arm={drawn} view={view} reward={reward} data={data} />}
          </ArmFigure>
        ))}
        <Summary shown={shown} />
      </div>
      <TrainingScrubber shown={shown} />
      {reward && (
        <div className="views-legends">
          <RewardLegend reward={view.reward} />
        </div>
      )}
    </>
  );
}

/** The numbers of the moment. */
function Summary({ shown }: { readonly shown: ShownSamples }) {
  const { numbers } = shown.measurement;
  const { n } = numbers.ode.reward;
  return (
    <div className="training-summary">
      <dl className="training-numbers number">
        {summaryRows(numbers).map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        {INTERVAL_WORDS}, {formatCount(n)} where a row does not say; all from the same noise.
      </p>
    </div>
  );
}
