/** What every page is put in: the skip link, and the header, which an embedded page only names. */
import type { ReactNode } from "react";

export interface PageFrameProps {
  readonly embed: boolean;
  readonly header: ReactNode;
  readonly children: ReactNode;
}

/** The page around its parts. */
export function PageFrame({ embed, header, children }: PageFrameProps) {
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
      {children}
    </div>
  );
}

/** The address belongs to the spec, so the skip link moves the focus itself. */
function skipToCharts(event: { preventDefault(): void }) {
  event.preventDefault();
  document.getElementById("study-panel")?.focus();
}
