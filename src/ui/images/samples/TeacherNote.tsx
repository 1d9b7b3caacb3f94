/** Says above the images that the teacher is asked for them in fewer steps than it is made for, with a way out. */
import type { ImageSpec } from "../../../spec/images/types.ts";
import { withSteps } from "../controls/image-edits.ts";
import { useImagePropose, useImages } from "../image-context.ts";

/** Steps that the teacher is made for, from its model card: the fewest serve at eta = 0 alone. */
const TEACHER_STEPS = { fewest: 8, noisy: 16, most: 32 } as const;

/** The sentence, or null where the network has the steps that it needs. */
export function teacherHint({ model, sampler }: Pick<ImageSpec, "model" | "sampler">): string | null {
  const enough = sampler.eta > 0 ? TEACHER_STEPS.noisy : TEACHER_STEPS.fewest;
  if (model.weights === "student" || sampler.steps >= enough) return null;
  return `The teacher is made for ${TEACHER_STEPS.fewest} to ${TEACHER_STEPS.most} steps, the most where η is above 0; this is N = ${sampler.steps}.`;
}

/** The note with its button. */
export function TeacherNote() {
  const hint = useImages(({ spec }) => teacherHint(spec));
  const propose = useImagePropose();
  if (hint === null) return null;
  const take = () => propose((spec) => withSteps(spec, TEACHER_STEPS.most), "sampler.steps");
  return (
    <p className="samples-stage samples-old teacher-note">
      {hint}{" "}
      <button type="button" className="button small" onClick={take}>
        Take N = {TEACHER_STEPS.most}
      </button>
    </p>
  );
}
