/** Names of the rewards on images for sentences and axes. */
import { imageRewardCard } from "./catalogue.ts";

/** "boldness", "closeness to red": the title of its card, in a sentence. Throws RangeError on an unknown one. */
export function imageRewardName(reward: { readonly kind: string; readonly colour?: string }): string {
  return reward.colour === undefined
    ? imageRewardCard(reward.kind).title.toLowerCase()
    : `closeness to ${reward.colour}`;
}
