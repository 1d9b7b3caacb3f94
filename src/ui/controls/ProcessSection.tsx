/** The noising process: kind, end time, and the noise rate where it has one. */
import { betaOfKind, withProcessKind } from "../../spec/adapt.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import type { BetaSpec, ProcessSpec } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import type { SliderScale } from "../fields/slider-scale.ts";
import { HelpTip } from "../HelpTip.tsx";
import { useEdited, usePropose } from "../lab-context.ts";
import { PROCESS_WORDS, processDigest } from "./digests.ts";
import { optionsOf } from "./options.ts";
import { Section } from "./Section.tsx";

const BETA_WORDS: Readonly<Record<BetaSpec["kind"], string>> = {
  linear: "Linear",
  constant: "Constant",
  cosine: "Cosine",
};

/** Section "Process". */
export function ProcessSection() {
  const process = useEdited((state) => state.spec.process);
  const propose = usePropose();
  const put = (next: ProcessSpec, field: string) => propose((spec) => ({ ...spec, process: next }), field);
  return (
    <Section id="process" title="Process" digest={processDigest(process)} openAtFirst>
      <SelectField
        label="Process kind"
        value={process.kind}
        options={optionsOf(PROCESS_WORDS)}
        help={<HelpTip term="process" />}
        onTry={(kind) => propose((spec) => withProcessKind(spec, kind), "process.kind")}
      />
      <NumberField
        label="End time T"
        value={process.T}
        fallback={KIND_DEFAULTS[process.kind].T}
        slider={timeScale(process)}
        onTry={(T) => put({ ...process, T }, "process.T")}
      />
      {"beta" in process && (
        <BetaEditor beta={process.beta} onTry={(beta, field) => put({ ...process, beta }, field)} />
      )}
      {process.kind === "contractive-ou" && (
        <>
          <NumberField
            label="Rate θ"
            value={process.theta}
            fallback={KIND_DEFAULTS["contractive-ou"].theta}
            slider={{ min: 0.1, max: 5, step: 0.1 }}
            onTry={(theta) => put({ ...process, theta }, "process.theta")}
          />
          <NumberField
            label="Noise s"
            value={process.noise}
            fallback={KIND_DEFAULTS["contractive-ou"].noise}
            slider={{ min: 0.1, max: 5, step: 0.1 }}
            onTry={(noise) => put({ ...process, noise }, "process.noise")}
          />
        </>
      )}
    </Section>
  );
}

function timeScale(process: ProcessSpec): SliderScale {
  if (process.kind === "ve") return { min: 0.5, max: 100, log: true };
  if (process.kind === "contractive-ou") return { min: 0.1, max: 8, step: 0.1 };
  return { min: 0.05, max: 1, step: 0.01 };
}

interface BetaEditorProps {
  readonly beta: BetaSpec;
  readonly onTry: (beta: BetaSpec, field: string) => string | null;
}

function BetaEditor({ beta, onTry }: BetaEditorProps) {
  return (
    <>
      <SelectField
        label="Noise rate β(t)"
        value={beta.kind}
        options={optionsOf(BETA_WORDS)}
        onTry={(kind) => onTry(betaOfKind(kind), "process.beta.kind")}
      />
      {beta.kind === "linear" && (
        <>
          <NumberField
            label="β at t = 0"
            value={beta.min}
            fallback={KIND_DEFAULTS.linear.min}
            slider={{ min: 0, max: 5, step: 0.1 }}
            onTry={(min) => onTry({ ...beta, min }, "process.beta.min")}
          />
          <NumberField
            label="β at t = 1"
            value={beta.max}
            fallback={KIND_DEFAULTS.linear.max}
            slider={{ min: 0.5, max: 40, step: 0.5 }}
            onTry={(max) => onTry({ ...beta, max }, "process.beta.max")}
          />
        </>
      )}
      {beta.kind === "constant" && (
        <NumberField
          label="β"
          value={beta.value}
          fallback={KIND_DEFAULTS.constant.value}
          slider={{ min: 0.5, max: 20, step: 0.5 }}
          onTry={(value) => onTry({ ...beta, value }, "process.beta.value")}
        />
      )}
      {beta.kind === "cosine" && (
        <NumberField
          label="Cosine offset"
          value={beta.offset}
          fallback={KIND_DEFAULTS.cosine.offset}
          slider={{ min: 0.0001, max: 0.1, log: true }}
          onTry={(offset) => onTry({ ...beta, offset }, "process.beta.offset")}
        />
      )}
    </>
  );
}
