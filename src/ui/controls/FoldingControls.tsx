/** The left column of a page. On phones its sections fold away. */
import type { ReactNode } from "react";
import { Icon } from "../Icon.tsx";
import { PanelBoundary } from "../PanelBoundary.tsx";

export interface FoldingControlsProps {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  /** What stays in sight on phones too. */
  readonly above?: ReactNode;
  readonly children: ReactNode;
}

/** The column: its toggle, which layout.css shows on phones, and the sections. */
export function FoldingControls({ open, onOpen, above, children }: FoldingControlsProps) {
  return (
    <aside className="panel controls" id="controls" aria-label="Controls">
      <h2 className="visually-hidden">Controls</h2>
      {above}
      <button
        type="button"
        className="button controls-toggle"
        aria-expanded={open}
        aria-controls="controls-body"
        onClick={() => onOpen(!open)}
      >
        <Icon name="chevron" /> Controls
      </button>
      <div id="controls-body" className={open ? "controls-body controls-open" : "controls-body"}>
        <PanelBoundary what="The controls">{children}</PanelBoundary>
      </div>
    </aside>
  );
}
