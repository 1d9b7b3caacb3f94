/** A row of tabs over one panel; arrow keys, Home and End move between them. */
import { useRef, type KeyboardEvent } from "react";

export interface TabListProps<T extends string> {
  /** What the tabs are about, for screen readers. */
  readonly label: string;
  readonly tabs: readonly { readonly id: T; readonly tab: string }[];
  readonly open: T;
  /** Id of the panel below. */
  readonly panel: string;
  readonly onOpen: (id: T) => void;
}

/** The tabs; each has the id `tab-ID`. */
export function TabList<T extends string>({ label, tabs, open, panel, onOpen }: TabListProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === open);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    onOpen(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className="tabs" onKeyDown={onKeyDown}>
      {tabs.map(({ id, tab }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={id === open}
          aria-controls={panel}
          tabIndex={id === open ? 0 : -1}
          onClick={() => onOpen(id)}
        >
          {tab}
        </button>
      ))}
    </div>
  );
}
