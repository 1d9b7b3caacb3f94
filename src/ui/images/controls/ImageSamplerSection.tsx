/** The sampler: eta, steps, grid, and how eta varies along the path. */
import { gridOfKind } from "../../../spec/adapt.ts";
import { IMAGE_DEFAULTS } from "../../../spec/images/limits.ts";
import type { ImageSamplerSpec } from "../../../spec/images/types.ts";
import { GRID_WORDS } from "../../controls/digests.ts";
import { optionsOf } from "../../controls/options.ts";
import { GridEditor } from "../../controls/SamplerSection.tsx";
import { ScheduleEditor } from "../../controls/ScheduleEditor.tsx";
import { NumberField } from "../../fields/NumberField.tsx";
import { SelectField } from "../../fields/SelectField.tsx";
import { HelpTip } from "../../HelpTip.tsx";
import { useImagePropose, useImages } from "../image-context.ts";
import { withSteps } from "./image-edits.ts";
import { ImageSection } from "./ImageSection.tsx";

/** The student was distilled for so few steps; see its model card. */
const STUDENT_STEPS = 8;

/** Says where the student is used with more steps than it was made for. */
function StepsNote() {
  const beyond = useImages(
    ({ spec }) => spec.model.weights === "student" && spec.sampler.steps > STUDENT_STEPS,
  );
  if (!beyond) return null;
  return (
    <p className="note">
      The student was trained for 1 to {STUDENT_STEPS} steps. More take longer and may look worse.
    </p>
  );
}

/** Section "Sampler". */
export function ImageSamplerSection() {
  const sampler = useImages((state) => state.spec.sampler);
  const propose = useImagePropose();
  const put = (next: Partial<ImageSamplerSpec>, field: string) =>
    propose((spec) => ({ ...spec, sampler: { ...spec.sampler, ...next } }), field);
  return (
    <ImageSection title="Sampler" digest={`gDDIM, η = ${sampler.eta}, N = ${sampler.steps}`} openAtFirst>
      <NumberField
        label="Stochasticity η"
        value={sampler.eta}
        fallback={IMAGE_DEFAULTS.sampler.eta}
        slider={{ min: 0, max: 5, step: 0.05 }}
        help={<HelpTip term="eta" />}
        onTry={(eta) => put({ eta }, "sampler.eta")}
      />
      <NumberField
        label="Steps N"
        value={sampler.steps}
        fallback={IMAGE_DEFAULTS.sampler.steps}
        slider={{ min: 1, max: 100, log: true, step: 1 }}
        help={<HelpTip term="steps" />}
        onTry={(steps) => propose((spec) => withSteps(spec, steps), "sampler.steps")}
      />
      <StepsNote />
      <SelectField
        label="Time grid"
        value={sampler.grid.kind}
        options={optionsOf(GRID_WORDS)}
        help={<HelpTip term="grid" />}
        onTry={(kind) => put({ grid: gridOfKind(kind) }, "sampler.grid.kind")}
      />
      <GridEditor grid={sampler.grid} onTry={(grid, field) => put({ grid }, field)} />
      <ScheduleEditor sampler={sampler} onTry={(schedule, field) => put({ schedule }, field)} />
    </ImageSection>
  );
}
