/** Which model is sampled: the reference, or one tuned towards the reward by reading A or B. */
import { withTargetKind } from "../../spec/adapt.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { useLab, usePropose } from "../lab-context.ts";
import { TARGET_WORDS, targetDigest } from "./digests.ts";
import { optionsOf } from "./options.ts";
import { Section } from "./Section.tsx";

/** Section "Fine-tuning". */
export function TargetSection() {
  const target = useLab((state) => state.spec.target);
  const propose = usePropose();
  const term = target.kind === "tilted" ? "readingA" : target.kind === "controlled" ? "readingB" : "target";
  return (
    <Section id="target" title="Fine-tuning" digest={targetDigest(target)}>
      <SelectField
        label="Model sampled"
        value={target.kind}
        options={optionsOf(TARGET_WORDS)}
        help={<HelpTip term={term} />}
        onTry={(kind) =>
          propose((spec) => {
            const adapted = withTargetKind(spec, kind);
            // What the law or reward does not allow must be refused with its reason, not quietly replaced.
            return adapted.target.kind === kind ? adapted : { ...spec, target: { kind } };
          }, "target.kind")
        }
      />
      {target.kind !== "reference" && (
        <NumberField
          label="klWeight"
          value={target.klWeight}
          fallback={KIND_DEFAULTS.tilted.klWeight}
          slider={{ min: 0.01, max: 100, log: true }}
          help={<HelpTip term="klWeight" />}
          onTry={(klWeight) =>
            propose((spec) => ({ ...spec, target: { ...target, klWeight } }), "target.klWeight")
          }
        />
      )}
      {target.kind === "controlled" && (
        <NumberField
          label="η while training"
          value={target.etaTrain}
          fallback={KIND_DEFAULTS.controlled.etaTrain}
          slider={{ min: 0, max: 5, step: 0.05 }}
          onTry={(etaTrain) =>
            propose((spec) => ({ ...spec, target: { ...target, etaTrain } }), "target.etaTrain")
          }
        />
      )}
    </Section>
  );
}
