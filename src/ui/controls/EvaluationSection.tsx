/** How the numbers are made: particles, seed, and the values that the studies sweep. */
import { DEFAULT_HORIZONS } from "../../spec/defaults.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import type { EvaluationSpec } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { NumberListField } from "../fields/NumberListField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { Icon } from "../Icon.tsx";
import { useLab, useLabStore, usePropose } from "../lab-context.ts";
import { evaluationDigest } from "./digests.ts";
import { Section } from "./Section.tsx";

const DEFAULTS = KIND_DEFAULTS.evaluation;

/** Section "Measurement". */
export function EvaluationSection() {
  const spec = useLab((state) => state.spec);
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
      <SeedField seed={evaluation.seed} onTry={(seed) => put({ seed }, "evaluation.seed")} />
      <NumberListField label="η values" {...list("etas")} />
      <NumberListField label="N values" {...list("steps")} />
      <NumberListField label="End times T" {...list("horizons")} />
      <NumberListField label="KL weights (small: strong tilt)" {...list("klWeights")} />
      <NumberListField label="η values in training" {...list("etasTrain")} />
    </Section>
  );
}

function SeedField({
  seed,
  onTry,
}: {
  readonly seed: number;
  readonly onTry: (seed: number) => string | null;
}) {
  const store = useLabStore();
  const locked = useLab((state) => state.seedLocked);
  return (
    <NumberField
      label="Seed"
      value={seed}
      fallback={DEFAULTS.seed}
      help={<HelpTip term="seed" />}
      onTry={onTry}
      extra={
        <>
          <button
            type="button"
            className="icon-button"
            aria-label="New random seed"
            title="New random seed"
            disabled={locked}
            onClick={() => onTry(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1)}
          >
            <Icon name="dice" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Keep the seed"
            title="Keep the seed when a preset is loaded"
            aria-pressed={locked}
            onClick={() => store.getState().set({ seedLocked: !locked })}
          >
            <Icon name={locked ? "lock" : "unlock"} />
          </button>
        </>
      }
    />
  );
}
