/** A small "?" that explains a word, and its formula where there is one. */
import { FormulaCard } from "./FormulaCard.tsx";
import { GLOSSARY, type GlossaryEntry, type Term } from "./glossary.ts";
import { Icon } from "./Icon.tsx";
import { Popover } from "./Popover.tsx";

/** The button and its explanation. */
export function HelpTip({ term, where }: { readonly term: Term; readonly where?: string }) {
  const entry: GlossaryEntry = GLOSSARY[term];
  const label = `What is: ${entry.title}${where === undefined ? "" : ` (${where})`}`;
  return (
    <Popover label={label} trigger={<Icon name="help" />} buttonClass="help-button">
      {() => (
        <>
          <h3>{entry.title}</h3>
          {entry.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {entry.formula !== undefined && <FormulaCard id={entry.formula} />}
        </>
      )}
    </Popover>
  );
}
