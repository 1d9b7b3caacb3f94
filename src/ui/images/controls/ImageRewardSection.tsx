/** The reward that judges the images: its kind, its unit and range, and how it can be cheated. */
import { formatNumber } from "../../../charts/format.ts";
import { imageRewardCard } from "../../../rewards/image/catalogue.ts";
import { COLOURS, IMAGE_REWARDS, type ColourName, type ImageRewardKind } from "../../../spec/images/types.ts";
import { SelectField } from "../../fields/SelectField.tsx";
import { useImagePropose, useImages } from "../image-context.ts";
import { IMAGE_REWARD_WORDS } from "../reward-words.ts";
import { withReward } from "./image-edits.ts";
import { ImageSection } from "./ImageSection.tsx";

const KINDS = IMAGE_REWARDS.map((value) => ({ value, text: IMAGE_REWARD_WORDS[value] }));
const COLOUR_OPTIONS = COLOURS.map((value) => ({ value, text: value }));

/** Section "Reward". */
export function ImageRewardSection() {
  const reward = useImages((state) => state.spec.reward);
  const propose = useImagePropose();
  const putColour = (colour: ColourName) =>
    propose((spec) => ({ ...spec, reward: { kind: "colour", colour } }), "reward.colour");
  return (
    <ImageSection title="Reward" digest={IMAGE_REWARD_WORDS[reward.kind]} openAtFirst>
      <SelectField
        label="Reward"
        value={reward.kind}
        options={KINDS}
        onTry={(kind) => propose((spec) => withReward(spec, kind), "reward.kind")}
      />
      {reward.kind === "colour" && (
        <SelectField label="Colour" value={reward.colour} options={COLOUR_OPTIONS} onTry={putColour} />
      )}
      <RewardCard kind={reward.kind} />
    </ImageSection>
  );
}

function RewardCard({ kind }: { readonly kind: ImageRewardKind }) {
  const { meaning, unit, range, differentiable, hacks } = imageRewardCard(kind);
  const missing = useImages((state) => state.samples?.missing[kind] ?? null);
  return (
    <div className="reward-card">
      <p>{meaning}</p>
      <p className="note">
        From {formatNumber(range[0])} to {formatNumber(range[1])}
        {unit === "" ? "" : ` ${unit}`}
        {differentiable ? ", has a gradient" : ", has no gradient"}
      </p>
      {missing !== null && <p className="refusal">{missing}</p>}
      <details>
        <summary>How it can be cheated</summary>
        <ul className="chart-notes">
          {hacks.map((hack) => (
            <li key={hack}>{hack}</li>
          ))}
        </ul>
      </details>
    </div>
  );
}
