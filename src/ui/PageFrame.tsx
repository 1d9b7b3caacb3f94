/** What every page is put in: the skip link, the header, which an embedded page only names, and the order of drawing. */
import { useState, type ReactNode } from "react";
import { afterFrame, createDrawQueue } from "../charts/draw-queue.ts";
import { DrawQueueContext } from "../charts/use-turn.ts";

export interface PageFrameProps {
  readonly embed: boolean;
  readonly header: ReactNode;
  readonly children: ReactNode;
}

/** The page around its parts. */
export function PageFrame({ embed, header, children }: PageFrameProps) {
  // Markup made without a browser has no frames to wait for.
  const [queue] = useState(() =>
    typeof requestAnimationFrame === "undefined" ? null : createDrawQueue(afterFrame),
  );
  return (
    <div className={embed ? "page page-embed" : "page"}>
      <a className="skip-link" href="#charts" onClick={skipToCharts}>
        Skip to the charts
      </a>
      {embed ? (
        <header className="visually-hidden">
          <h1>Etalon</h1>
        </header>
      ) : (
        header
      )}
      <DrawQueueContext value={queue}>{children}</DrawQueueContext>
    </div>
  );
}

/** The address belongs to the spec, so the skip link moves the focus itself. */
function skipToCharts(event: { preventDefault(): void }) {
  event.preventDefault();
  document.getElementById("study-panel")?.focus();
}
