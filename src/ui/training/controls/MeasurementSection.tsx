/** What is measured along the way: how often, on how many samples, and the axes of the studies. */
import { standardOf } from "../../../spec/training/defaults.ts";
import { isImageTraining, type TrainingEvaluation } from "../../../spec/training/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { NumberListField } from "../../fields/NumberListField.tsx";
import { useTraining, useTrainingPropose } from "../training-context.ts";
import { TrainingSection } from "./TrainingSection.tsx";

/** Section "Measurement". */
export function MeasurementSection() {
  const evaluation = useTraining((state) => state.spec.evaluation);
  const standard = useTraining(({ spec }) => standardOf(spec).evaluation);
  const images = useTraining(({ spec }) => isImageTraining(spec));
  const propose = useTrainingPropose();
  const put = (part: Partial<TrainingEvaluation>, field: string) =>
    propose((spec) => ({ ...spec, evaluation: { ...spec.evaluation, ...part } }), field);
  const list = (name: "etasTrain" | "etasDeploy" | "stepsDeploy", label: string) => (
    <NumberListField
      label={label}
      values={evaluation[name]}
      fallback={standard[name]}
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
        fallback={standard.every}
        slider={{ min: 1, max: 50, step: 1 }}
        onTry={(every) => put({ every }, "evaluation.every")}
      />
      <NumberField
        label="Samples"
        value={evaluation.particles}
        fallback={standard.particles}
        slider={
          images ? { min: 8, max: 256, log: true, step: 1 } : { min: 256, max: 20_000, log: true, step: 1 }
        }
        onTry={(particles) => put({ particles }, "evaluation.particles")}
      />
      <NumberField
        label="Seed of the measurement"
        value={evaluation.seed}
        fallback={standard.seed}
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
        fallback={standard.seeds}
        slider={{ min: 1, max: 10, step: 1 }}
        onTry={(seeds) => put({ seeds }, "evaluation.seeds")}
      />
    </TrainingSection>
  );
}
