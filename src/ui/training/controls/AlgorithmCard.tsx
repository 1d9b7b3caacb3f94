/** What an algorithm does, where it is published, and what is different here. */
import { useContext, useEffect, useState } from "react";
import type { AlgorithmKind } from "../../../spec/training/types.ts";
import { PaperLink } from "../PaperLink.tsx";
import { CardsContext, type CardWords } from "../training-context.ts";

/** The card; keeps the place of its first lines until it is there. */
export function AlgorithmCard({ kind }: { readonly kind: AlgorithmKind }) {
  const card = useCard(kind);
  return (
    <div className="algorithm-card">
      <p>{card?.summary ?? " "}</p>
      {card !== null && (
        <>
          <PaperLink paper={card.paper} />
          <details>
            <summary>As published, and what differs here</summary>
            <h4>As published</h4>
            <Lines lines={card.defaults} />
            <h4>Different here</h4>
            <Lines lines={card.deviations} />
          </details>
        </>
      )}
    </div>
  );
}

function useCard(kind: AlgorithmKind): CardWords | null {
  const fetchCard = useContext(CardsContext);
  const [fetched, setFetched] = useState<{ readonly kind: AlgorithmKind; readonly card: CardWords } | null>(
    null,
  );
  useEffect(() => {
    let wanted = true;
    fetchCard?.(kind).then(
      (card) => wanted && setFetched({ kind, card }),
      // Without the card the algorithm still runs; its name and options say the most of it.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [fetchCard, kind]);
  return fetched?.kind === kind ? fetched.card : null;
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="chart-notes">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
