/** What is measured along the way: how often, on how many samples, and the axes of the studies. */
import { TRAINING_DEFAULTS } from "../../../spec/training/defaults.ts";
import type { TrainingEvaluation } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { NumberListField } from "../../fields/NumberListField.tsx";
import { useTraining, useTrainingPropose } from "../training-context.ts";
import { TrainingSection } from "./TrainingSection.tsx";

const DEFAULTS = TRAINING_DEFAULTS.evaluation;

/** Section "Measurement". */
export function MeasurementSection() {
  const evaluation = useTraining((state) => state.spec.evaluation);
  const propose = useTrainingPropose();
  const put = (part: Partial<TrainingEvaluation>, field: string) =>
    propose((spec) => ({ ...spec, evaluation: { ...spec.evaluation, ...part } }), field);
  const list = (name: "etasTrain" | "etasDeploy" | "stepsDeploy", label: string) => (
    <NumberListField
      label={label}
      values={evaluation[name]}
      fallback={DEFAULTS[name]}
      onTry={(values) => put({ [name]: values }, `evaluation.${name}`)}
    />
  );
  return (
    <TrainingSection
      id="measurement"
      title="Measurement"
      digest={`every ${evaluation.every}, ${evaluation.particles.toLocaleString("en-US")} samples`}
    >
      <NumberField
        label="Iterations between"
        value={evaluation.every}
        fallback={DEFAULTS.every}
        slider={{ min: 1, max: 50, step: 1 }}
        onTry={(every) => put({ every }, "evaluation.every")}
      />
      <NumberField
        label="Samples"
        value={evaluation.particles}
        fallback={DEFAULTS.particles}
        slider={{ min: 256, max: 20_000, log: true, step: 1 }}
        onTry={(particles) => put({ particles }, "evaluation.particles")}
      />
      <NumberField
        label="Seed of the measurement"
        value={evaluation.seed}
        fallback={DEFAULTS.seed}
        onTry={(seed) => put({ seed }, "evaluation.seed")}
      />
      <p className="note">
        All samplers are measured on the same noise, at every iteration anew on the same.
      </p>
      {list("etasTrain", "Studies: η while training")}
      {list("etasDeploy", "Studies: η deployed with")}
      {list("stepsDeploy", "Studies: N deployed with")}
      <NumberField
        label="Studies: seeds"
        value={evaluation.seeds}
        fallback={DEFAULTS.seeds}
        slider={{ min: 1, max: 10, step: 1 }}
        onTry={(seeds) => put({ seeds }, "evaluation.seeds")}
      />
    </TrainingSection>
  );
}
