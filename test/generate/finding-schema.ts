/** What every file of findings says of one. */
import * as z from "zod/mini";

const verdict = z.enum(["agrees", "disagrees", "inconclusive"]);

/** A number that may not be known yet; JSON has no NaN and no infinity, and writes null for them. */
export const figure = z.strictObject({
  value: z.nullable(z.number()),
  se: z.nullable(z.number()),
  n: z.int(),
});

/** Fields of a judged finding. */
export const findingFields = {
  id: z.string(),
  title: z.string(),
  published: z.string(),
  source: z.string(),
  reference: z.string(),
  test: z.string(),
  figures: z.array(z.strictObject({ words: z.string(), measured: figure })),
  claims: z.array(
    z.strictObject({
      words: z.string(),
      expected: z.enum(["above 0", "below 0"]),
      measured: figure,
      values: z.array(z.number()),
      verdict,
    }),
  ),
  verdict,
  words: z.string(),
};
