/** The sampler: rule, eta, steps, grid, and how eta varies along the path. */
import { adaptSpec, gridOfKind } from "../../spec/adapt.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import type { GridSpec, SamplerSpec } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { useLab, usePropose } from "../lab-context.ts";
import { GRID_WORDS, SAMPLER_WORDS, samplerDigest } from "./digests.ts";
import { optionsOf } from "./options.ts";
import { ScheduleEditor } from "./ScheduleEditor.tsx";
import { Section } from "./Section.tsx";

/** Section "Sampler". */
export function SamplerSection() {
  const sampler = useLab((state) => state.spec.sampler);
  const propose = usePropose();
  const put = (next: Partial<SamplerSpec>, field: string) =>
    propose((spec) => ({ ...spec, sampler: { ...spec.sampler, ...next } }), field);
  return (
    <Section id="sampler" title="Sampler" digest={samplerDigest(sampler)} openAtFirst>
      <NumberField
        label="Stochasticity η"
        value={sampler.eta}
        fallback={KIND_DEFAULTS.sampler.eta}
        slider={{ min: 0, max: 5, step: 0.05 }}
        help={<HelpTip term="eta" />}
        onTry={(eta) => put({ eta }, "sampler.eta")}
      />
      <NumberField
        label="Steps N"
        value={sampler.steps}
        fallback={KIND_DEFAULTS.sampler.steps}
        slider={{ min: 1, max: 200, log: true, step: 1 }}
        help={<HelpTip term="steps" />}
        onTry={(steps) =>
          propose((spec) => {
            const next = { ...spec, sampler: { ...spec.sampler, steps } };
            return Number.isInteger(steps) && steps >= 1 ? adaptSpec(next) : next;
          }, "sampler.steps")
        }
      />
      <SelectField
        label="Rule"
        value={sampler.kind}
        options={optionsOf(SAMPLER_WORDS)}
        help={<HelpTip term="sampler" />}
        onTry={(kind) => put({ kind }, "sampler.kind")}
      />
      <SelectField
        label="Time grid"
        value={sampler.grid.kind}
        options={optionsOf(GRID_WORDS)}
        help={<HelpTip term="grid" />}
        onTry={(kind) =>
          propose(
            (spec) => adaptSpec({ ...spec, sampler: { ...spec.sampler, grid: gridOfKind(kind) } }),
            "sampler.grid.kind",
          )
        }
      />
      <GridEditor grid={sampler.grid} onTry={(grid, field) => put({ grid }, field)} />
      <ScheduleEditor sampler={sampler} onTry={(schedule, field) => put({ schedule }, field)} />
    </Section>
  );
}

interface GridEditorProps {
  readonly grid: GridSpec;
  readonly onTry: (grid: GridSpec, field: string) => string | null;
}

/** The numbers of a time grid, if its kind has any. */
export function GridEditor({ grid, onTry }: GridEditorProps) {
  switch (grid.kind) {
    case "uniform":
      return null;
    case "power":
      return (
        <NumberField
          label="Grid power"
          value={grid.power}
          fallback={KIND_DEFAULTS.power.power}
          slider={{ min: 0.5, max: 8, step: 0.5 }}
          onTry={(power) => onTry({ ...grid, power }, "sampler.grid.power")}
        />
      );
    case "edm":
      return (
        <>
          <NumberField
            label="Grid ρ"
            value={grid.rho}
            fallback={KIND_DEFAULTS.edm.rho}
            slider={{ min: 1, max: 15, step: 0.5 }}
            onTry={(rho) => onTry({ ...grid, rho }, "sampler.grid.rho")}
          />
          <FloorField value={grid.min} onTry={(min) => onTry({ ...grid, min }, "sampler.grid.min")} />
        </>
      );
    case "log-snr":
      return <FloorField value={grid.min} onTry={(min) => onTry({ ...grid, min }, "sampler.grid.min")} />;
  }
}

function FloorField(props: { readonly value: number; readonly onTry: (value: number) => string | null }) {
  return (
    <NumberField
      label="Last time before 0"
      value={props.value}
      fallback={KIND_DEFAULTS.edm.min}
      slider={{ min: 0.0001, max: 0.1, log: true }}
      onTry={props.onTry}
    />
  );
}
