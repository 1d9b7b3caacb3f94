/** Names of the rewards on images, as the page writes them: the titles of their cards. */
import { imageRewardCard } from "../../rewards/image/catalogue.ts";
import { IMAGE_REWARDS, type ImageRewardKind } from "../../spec/images/types.ts";

export const IMAGE_REWARD_WORDS = Object.fromEntries(
  IMAGE_REWARDS.map((kind) => [kind, imageRewardCard(kind).title]),
) as Readonly<Record<ImageRewardKind, string>>;
