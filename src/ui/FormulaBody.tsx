/** Formula, plain words, assumptions and source. KaTeX writes styles through the DOM, which a strict CSP allows. */
import katex from "katex";
import "katex/dist/katex.min.css";
import { useLayoutEffect, useRef } from "react";
import { FORMULAS, type FormulaCard } from "../theory/formulas.ts";
import { REFERENCES } from "../theory/references.ts";

const FACES = [
  "1em KaTeX_Main",
  "italic 1em KaTeX_Math",
  "1em KaTeX_Size1",
  "1em KaTeX_Size2",
  "1em KaTeX_Size3",
  "1em KaTeX_Size4",
  "1em KaTeX_AMS",
  "1em KaTeX_Caligraphic",
];

/** Loads the fonts that the cards use. */
export async function loadFonts(): Promise<void> {
  await Promise.all(FACES.map((face) => document.fonts.load(face)));
}

/** The inside of a card. An id without a card says so; it is never blank. */
export default function FormulaBody({ id }: { readonly id: string }) {
  const card: FormulaCard | undefined = Object.hasOwn(FORMULAS, id)
    ? FORMULAS[id as keyof typeof FORMULAS]
    : undefined;
  if (card === undefined) return <p className="muted">No formula is stored under “{id}”.</p>;
  const source = REFERENCES[card.reference];
  return (
    <div className="formula-card">
      <h4>
        {card.title} <span className="kind">{card.kind}</span>
      </h4>
      <Formula tex={card.tex} />
      <p>{card.words}</p>
      {card.assumptions.length > 0 && <p className="muted">Assumes: {card.assumptions.join("; ")}.</p>}
      <p className="muted">
        {card.own ? "Own derivation, building on " : "Source: "}
        <a href={source.link} target="_blank" rel="noreferrer">
          {source.authors} ({source.year})
        </a>
      </p>
    </div>
  );
}

function Formula({ tex }: { readonly tex: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (place.current === null) return;
    katex.render(tex, place.current, {
      displayMode: true,
      output: "htmlAndMathml",
      throwOnError: false,
      strict: "ignore",
    });
  }, [tex]);
  return <div ref={place} className="formula" tabIndex={0} role="group" aria-label="Formula" />;
}
