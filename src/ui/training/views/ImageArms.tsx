/** Images before and after training, with noise and without, all from the same noise. */
import { useMemo, useState, type ReactNode } from "react";
import { formatAlike } from "../../../charts/format.ts";
import type { ImageNotes } from "../../../lab/training/measurement.ts";
import { ArmFigure } from "./ArmFigure.tsx";
import { SampleImages } from "./SampleImages.tsx";
import type { ShownArm, ShownSamples } from "./shown-samples.ts";

/** Three squares and the numbers of the moment; pointing at an image marks its partners and tells their rewards. */
export function ImageArms({
  shown,
  notes,
  prompts,
  children,
}: {
  readonly shown: ShownSamples;
  readonly notes: ImageNotes;
  readonly prompts: readonly string[];
  /** The fourth panel. */
  readonly children: ReactNode;
}) {
  const { rewardName } = shown;
  const [marked, setMarked] = useState<number | null>(null);
  const words = useMemo(() => imageWords(notes, prompts, rewardName), [notes, prompts, rewardName]);
  return (
    <div className="training-panels training-image-panels">
      {shown.arms.map((arm) => (
        <ArmFigure key={arm.id} arm={arm} rewardName={rewardName}>
          {(drawn) => (
            <SampleImages
              samples={drawn.samples}
              words={words[arm.id]}
              name={arm.name}
              marked={marked}
              onMark={setMarked}
            />
          )}
        </ArmFigure>
      ))}
      {children}
      <p className="note training-image-words" role="status">
        {marked === null
          ? "Point at an image for its prompt and rewards."
          : partnersText(marked, notes, prompts, rewardName)}
      </p>
    </div>
  );
}

/** Prompt and reward of each image of each row. */
function imageWords(
  notes: ImageNotes,
  prompts: readonly string[],
  name: string,
): Readonly<Record<ShownArm["id"], readonly string[]>> {
  const row = (values: Float64Array | null) =>
    Array.from(notes.prompts, (prompt, i) => {
      const [reward = "–"] = formatAlike([values?.[i] ?? NaN], 3);
      return `${prompts[prompt] ?? ""}: ${name} ${reward}`;
    });
  return { before: row(notes.before), sde: row(notes.sde), ode: row(notes.ode) };
}

/** "blue serif R on white: boldness 0.21 before, 0.48 with noise, 0.44 without" */
function partnersText(image: number, notes: ImageNotes, prompts: readonly string[], name: string): string {
  const values = [notes.before, notes.sde, notes.ode].map((row) => row?.[image] ?? NaN);
  const [before, sde, ode] = formatAlike(values, 3);
  const noisy = notes.sde === null ? "" : `${sde} with noise, `;
  return `${prompts[notes.prompts[image] ?? -1] ?? ""}: ${name} ${before} before, ${noisy}${ode} without noise.`;
}
