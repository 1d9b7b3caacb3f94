/** Options of a select from a table of words. */
export function optionsOf<T extends string>(
  words: Readonly<Record<T, string>>,
): { value: T; text: string }[] {
  return (Object.keys(words) as T[]).map((value) => ({ value, text: words[value] }));
}
