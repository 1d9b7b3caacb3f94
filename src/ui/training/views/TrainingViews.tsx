/** The centre: samples before and after training, with noise and without, at one moment of training. */
import { memo, useDeferredValue, useMemo, useState } from "react";
import { formatCount, formatInterval, INTERVAL_WORDS } from "../../../charts/format.ts";
import type { Estimate } from "../../../measure/estimate.ts";
import { RewardLegend } from "../../views/ScaleLegend.tsx";
import { Toggle } from "../../views/Toggle.tsx";
import "../../views/views.css";
import { shownRun, useTraining } from "../training-context.ts";
import { trainingRunText } from "../training-run-words.ts";
import { ArmFigure } from "./ArmFigure.tsx";
import { ImageArms } from "./ImageArms.tsx";
import { SampleLine } from "./SampleLine.tsx";
import { SamplePlane } from "./SamplePlane.tsx";
import { shownSamples, type ShownSamples } from "./shown-samples.ts";
import { TrainingScrubber } from "./TrainingScrubber.tsx";

/** Everything about the samples. */
export function TrainingViews() {
  // Not the run itself: it changes with every report, and these alone decide what is drawn.
  const spec = useTraining((state) => shownRun(state)?.spec);
  const points = useTraining((state) => shownRun(state)?.points);
  const scrub = useTraining((state) => state.scrub);
  const newest = useMemo(
    () => (spec === undefined || points === undefined ? null : shownSamples({ spec, points }, scrub)),
    [spec, points, scrub],
  );
  // Prepared in slices: reward field and contours of three planes take a while together.
  const shown = useDeferredValue(newest);
  return (
    <section className="views training-views" aria-label="Samples">
      <h2 className="visually-hidden">Samples</h2>
      {newest === null && <Waiting />}
      {newest !== null && shown === null && <div className="views-waiting" />}
      {newest !== null && shown !== null && <Shown shown={shown} />}
    </section>
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

const Shown = memo(function Shown({ shown }: { readonly shown: ShownSamples }) {
  const { prompts, measurement } = shown;
  if (prompts === null || measurement.images === null) return <PointsShown shown={shown} />;
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

function PointsShown({ shown }: { readonly shown: ShownSamples }) {
  const view = useTraining((state) => state.prepared?.view ?? null);
  const [reward, setReward] = useState(true);
  const [data, setData] = useState(true);
  if (view === null) return <Waiting />;
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
          <ArmFigure key={arm.id} arm={arm}>
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
  const { improvement, gap, sde, ode } = shown.measurement.numbers;
  const rows: readonly (readonly [string, Estimate | null])[] = [
    ["Gained by the ODE", improvement],
    ["Gap, SDE − ODE", gap?.gap ?? null],
    ["Gap before training", gap?.reference ?? null],
    ["Gap due to training", gap?.excess ?? null],
    ["Held-out reward, ODE", ode.heldOut],
    ["KL to the pretrained, nats", sde?.kl ?? null],
    ["Diversity, ODE", ode.diversity],
  ];
  return (
    <div className="training-summary">
      <dl className="training-numbers number">
        {rows.map(([name, estimate]) =>
          estimate === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formatInterval(estimate)}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="note">
        {INTERVAL_WORDS}, {formatCount(ode.reward.n)}; all from the same noise.
      </p>
    </div>
  );
}
