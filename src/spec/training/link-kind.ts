/** Tells training links from others, without the code that reads them. */
import { hashOf } from "../link-reading.ts";
import { MAX_READ_LENGTH, splitPairs } from "../link-text.ts";

/** True if a link is about training. */
export function isTrainingLink(link: string): boolean {
  const { pairs } = splitPairs(hashOf(link).slice(0, MAX_READ_LENGTH));
  return pairs.some(([key]) => key === "train");
}
