import { useId, type KeyboardEvent, type ReactNode } from "react";

export type Source = "file" | "paste" | "draw";

const SOURCES: readonly { readonly id: Source; readonly label: string }[] = [
  { id: "file", label: "File" },
  { id: "paste", label: "Paste" },
  { id: "draw", label: "Draw" },
];

/** Where points come from. Arrow keys go from tab to tab. */
export function SourceTabs(props: {
  readonly source: Source;
  readonly onSource: (source: Source) => void;
  readonly children: ReactNode;
}) {
  const { source, onSource, children } = props;
  const id = useId();
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = SOURCES.findIndex((one) => one.id === source);
    const next = SOURCES[(at + by + SOURCES.length) % SOURCES.length];
    if (next === undefined) return;
    onSource(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <div>
      <div role="tablist" aria-label="Source of the points" className="points-tabs" onKeyDown={move}>
        {SOURCES.map((one) => (
          <button
            key={one.id}
            id={`${id}-${one.id}`}
            type="button"
            role="tab"
            aria-selected={one.id === source}
            aria-controls={`${id}-panel`}
            tabIndex={one.id === source ? 0 : -1}
            onClick={() => onSource(one.id)}
          >
            {one.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${source}`} className="points-source">
        {children}
      </div>
    </div>
  );
}
