/** How the numbers are made: particles, seed, and the values that the studies sweep. */
import { DEFAULT_HORIZONS } from "../../spec/defaults.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import type { EvaluationSpec } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { NumberListField } from "../fields/NumberListField.tsx";
import { SeedField } from "../fields/SeedField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { useLab, useLabStore, usePropose } from "../lab-context.ts";
import { evaluationDigest } from "./digests.ts";
import { Section } from "./Section.tsx";

const DEFAULTS = KIND_DEFAULTS.evaluation;

/** Section "Measurement". */
export function EvaluationSection() {
  const spec = useLab((state) => state.spec);
  const locked = useLab((state) => state.seedLocked);
  const store = useLabStore();
  const propose = usePropose();
  const { evaluation, process } = spec;
  const put = (next: Partial<EvaluationSpec>, field: string) =>
    propose((old) => ({ ...old, evaluation: { ...old.evaluation, ...next } }), field);
  const list = (name: "etas" | "steps" | "horizons" | "klWeights" | "etasTrain") => ({
    values: evaluation[name],
    fallback: name === "horizons" ? DEFAULT_HORIZONS[process.kind] : DEFAULTS[name],
    onTry: (values: readonly number[]) => put({ [name]: values }, `evaluation.${name}`),
  });
  return (
    <Section id="evaluation" title="Measurement" digest={evaluationDigest(spec)}>
      <NumberField
        label="Particles"
        value={evaluation.particles}
        fallback={DEFAULTS.particles}
        slider={{ min: 100, max: 1_000_000, log: true, step: 1 }}
        help={<HelpTip term="particles" />}
        onTry={(particles) => put({ particles }, "evaluation.particles")}
      />
      <SeedField
        seed={evaluation.seed}
        fallback={DEFAULTS.seed}
        locked={locked}
        lockTitle="Keep the seed when a preset is loaded"
        onTry={(seed) => put({ seed }, "evaluation.seed")}
        onLock={(seedLocked) => store.getState().set({ seedLocked })}
      />
      <NumberListField label="η values" {...list("etas")} />
      <NumberListField label="N values" {...list("steps")} />
      <NumberListField label="End times T" {...list("horizons")} />
      <NumberListField label="KL weights (small: strong tilt)" {...list("klWeights")} />
      <NumberListField label="η values in training" {...list("etasTrain")} />
    </Section>
  );
}
