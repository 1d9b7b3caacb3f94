/** Tabs and questions of the studies on the image page. */
import type { ImageStudyKind } from "../../spec/images/types.ts";

export interface StudyWords {
  readonly id: ImageStudyKind;
  readonly tab: string;
  readonly question: string;
}

export const IMAGE_STUDY_WORDS: readonly StudyWords[] = [
  {
    id: "sampler",
    tab: "η and N",
    question: "How does the reward change with noise in the sampler, and with its steps?",
  },
  {
    id: "prompts",
    tab: "Prompts",
    question: "Do richer prompts bring the SDE and the ODE closer together?",
  },
  {
    id: "fidelity",
    tab: "Fidelity",
    question: "How near do the images come to real glyphs, and do they show what is asked?",
  },
  {
    id: "bound",
    tab: "Bound",
    question: "What does the general bound say of the gap, with the network's measured error?",
  },
];

/** The words of one study. */
export function studyWords(kind: ImageStudyKind): StudyWords {
  const found = IMAGE_STUDY_WORDS.find(({ id }) => id === kind);
  if (found === undefined) throw new RangeError(`studyWords: internal: ${kind} must have words`);
  return found;
}
