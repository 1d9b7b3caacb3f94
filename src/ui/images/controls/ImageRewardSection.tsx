/** The reward that judges the images: its kind, its unit and range, and how it can be cheated. */
import { COLOURS, IMAGE_REWARDS, type ColourName } from "../../../spec/images/types.ts";
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
    </ImageSection>
  );
}
