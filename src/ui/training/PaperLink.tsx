import { REFERENCES, type Reference } from "../../theory/references.ts";

/** Authors, title and year of a work by its key in the bibliography, linked; nothing for a key that is not there. */
export function PaperLink({ paper }: { readonly paper: string | null }) {
  if (paper === null) return null;
  const reference: Reference | undefined = Object.hasOwn(REFERENCES, paper)
    ? REFERENCES[paper as keyof typeof REFERENCES]
    : undefined;
  if (reference === undefined) return null;
  return (
    <p className="note">
      <a href={reference.link} target="_blank" rel="noreferrer">
        {reference.authors}, {reference.title} ({reference.year})
      </a>
    </p>
  );
}
