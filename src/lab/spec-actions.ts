/** What the stores of all pages share: edits of the specification with undo, links, and notices. */
import type { TemporalState } from "zundo";
import type { StoreApi } from "zustand/vanilla";
import { withoutKey } from "./address.ts";
import { gestureEditor, UNDO_LIMIT, withNotice } from "./gestures.ts";
import type { EditOptions, FieldProblem, LinkProblem, Notice } from "./state.ts";

/** The part of a store that the actions read and change. */
interface EditedStore<Spec> {
  getState(): {
    readonly spec: Spec;
    readonly notices: readonly Notice[];
    readonly linkProblem: LinkProblem | null;
  };
  setState(part: { readonly spec: Spec } | { readonly notices: readonly Notice[] }): void;
  readonly temporal: StoreApi<TemporalState<{ readonly spec: Spec }>>;
}

export interface SpecActionParts<Spec> {
  /** The store, once it is made. */
  readonly storeOf: () => EditedStore<Spec>;
  /** Tells specs apart. */
  readonly keyOf: (spec: Spec) => string;
  /** ms. */
  readonly now: () => number;
  readonly parse: (
    candidate: unknown,
  ) =>
    | { readonly ok: true; readonly spec: Spec }
    | { readonly ok: false; readonly problems: readonly FieldProblem[] };
  readonly openLink: (hash: string) => void;
  /** Opens the nearest valid link. */
  readonly openRepaired: (hash: string) => void;
}

export interface SpecActions<Spec> {
  edit(change: Spec | ((spec: Spec) => Spec), options?: EditOptions): void;
  propose(candidate: unknown, options?: EditOptions): readonly FieldProblem[];
  undo(): void;
  redo(): void;
  notify(notice: Notice): void;
  dismiss(id: string): void;
  openLink(hash: string): void;
  mendLink(key: string | null): void;
}

/** The actions of one store. */
export function specActions<Spec>(parts: SpecActionParts<Spec>): SpecActions<Spec> {
  const { storeOf, keyOf, now, parse, openLink, openRepaired } = parts;
  const edit = gestureEditor(storeOf, keyOf, now);
  const notices = (change: (old: readonly Notice[]) => readonly Notice[]) =>
    storeOf().setState({ notices: change(storeOf().getState().notices) });
  return {
    edit,
    propose: (candidate, options) => {
      const parsed = parse(candidate);
      if (!parsed.ok) return parsed.problems;
      edit(parsed.spec, options);
      return [];
    },
    undo: () => storeOf().temporal.getState().undo(),
    redo: () => storeOf().temporal.getState().redo(),
    notify: (notice) => notices((old) => withNotice(old, notice)),
    dismiss: (id) => notices((old) => old.filter((notice) => notice.id !== id)),
    openLink,
    mendLink: (key) => {
      const problem = storeOf().getState().linkProblem;
      if (problem === null) return;
      if (key === null) openRepaired(problem.hash);
      else openLink(withoutKey(problem.hash, key));
    },
  };
}

/** How undo sees a store: the specification alone, so many steps back. */
export function specHistory<State extends { readonly spec: unknown }>() {
  return {
    partialize: (state: State): Pick<State, "spec"> => ({ spec: state.spec }),
    equality: (past: Pick<State, "spec">, current: Pick<State, "spec">) => past.spec === current.spec,
    limit: UNDO_LIMIT,
  };
}
