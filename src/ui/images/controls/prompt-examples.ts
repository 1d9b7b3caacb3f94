/** One prompt per number of attributes, from poor to rich: what the prompt leaves open, the model draws freely. */
export const PROMPT_EXAMPLES: readonly { readonly attributes: number; readonly text: string }[] = [
  { attributes: 1, text: "R" },
  { attributes: 2, text: "bold R" },
  { attributes: 3, text: "bold red R" },
  { attributes: 4, text: "bold red serif R" },
  { attributes: 5, text: "bold red serif R on yellow" },
  { attributes: 6, text: "bold italic red serif R on yellow" },
];
