import { useRef, type KeyboardEvent } from "react";
import type { TrainingStudyId } from "../../../lab/training/studies.ts";
import { useTrainingStore, type TrainingTab } from "../training-context.ts";

const TABS: readonly { readonly id: TrainingTab; readonly word: string }[] = [
  { id: "run", word: "This run" },
  { id: "studies", word: "Studies" },
  { id: "findings", word: "Findings" },
];

/** The row of tabs above the charts; arrow keys, Home and End move between them. */
export function TrainingTabs({ open }: { readonly open: TrainingTab }) {
  const store = useTrainingStore();
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<TrainingStudyId>("eta-matrix");
  const show = (id: TrainingTab) => {
    const { study, set } = store.getState();
    if (study !== null) last.current = study;
    set({ study: id === "studies" ? last.current : null, findingsOpen: id === "findings" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = tabAfter(open, event.key);
    if (next === null) return;
    event.preventDefault();
    show(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Results" className="tabs" onKeyDown={onKeyDown}>
      {TABS.map(({ id, word }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={id === open}
          aria-controls="study-panel"
          tabIndex={id === open ? 0 : -1}
          onClick={() => show(id)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}

/** The tab that a key goes to, round and round; null for a key that means nothing here. */
function tabAfter(open: TrainingTab, key: string): TrainingTab | null {
  const at = TABS.findIndex(({ id }) => id === open);
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: -1,
  };
  const place = places[key];
  return place === undefined ? null : (TABS.at(place % TABS.length)?.id ?? null);
}
