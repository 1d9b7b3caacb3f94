import { createContext, useCallback, useContext } from "react";
import { useStore, type StoreApi } from "zustand";
import type { EditOptions, FieldProblem, LabState, LabStore } from "../lab/state.ts";
import type { ExperimentSpec } from "../spec/types.ts";

/** The store of the page's lab, for all components below. */
export const LabContext = createContext<LabStore | null>(null);

/** The store itself, for event handlers. */
export function useLabStore(): LabStore {
  const store = useContext(LabContext);
  if (store === null) throw new Error("useLabStore: must be used inside LabContext, got none; this is a bug");
  return store;
}

/** A part of the lab's state; the component renders again when that part changes. */
export function useLab<T>(select: (state: LabState) => T): T {
  return useStore(useLabStore(), select);
}

/** A candidate for the next spec: plain JSON, checked before it counts. Fields left out get their defaults. */
export type SpecChange = (spec: ExperimentSpec) => unknown;

/** Tries a change of the spec. Returns what is wrong with it, in a sentence, or null when it was taken. */
export type Propose = (change: SpecChange, field: string) => string | null;

/** What the editors of laws, processes and rewards need of a store, whatever page they are on. */
export interface EditedState {
  readonly spec: ExperimentSpec;
  readonly sections: Readonly<Record<string, boolean>>;
  propose(candidate: unknown, options: EditOptions): readonly FieldProblem[];
  set(fields: { readonly sections: Readonly<Record<string, boolean>> }): void;
}

/** A store of the page of laws, or another page's seen as one. */
export type EditedStore = Pick<StoreApi<EditedState>, "getState" | "getInitialState" | "subscribe">;

/** The store that the editors below edit, where it is not the page's lab. */
export const EditContext = createContext<EditedStore | null>(null);

/** The store that the editors edit. */
export function useEditedStore(): EditedStore {
  const edited = useContext(EditContext);
  const lab = useContext(LabContext);
  const store = edited ?? lab;
  if (store === null)
    throw new Error("useEditedStore: must be used inside EditContext or LabContext, got none; this is a bug");
  return store;
}

/** A part of what is edited; the component renders again when that part changes. */
export function useEdited<T>(select: (state: EditedState) => T): T {
  return useStore(useEditedStore(), select);
}

/** A `Propose` whose edits of one field, close in time, are one step of undo. */
export function usePropose(): Propose {
  return useProposing(useEditedStore());
}

/** The part of a page's store that edits go to. */
interface ProposingStore<Spec> {
  getState(): {
    readonly spec: Spec;
    propose(candidate: unknown, options: EditOptions): readonly FieldProblem[];
  };
}

/** The same over any page's store. */
export function useProposing<Spec>(
  store: ProposingStore<Spec>,
): (change: (spec: Spec) => unknown, field: string) => string | null {
  return useCallback(
    (change, field) => {
      const state = store.getState();
      return messageFor(state.propose(change(state.spec), { gesture: field }), field);
    },
    [store],
  );
}

/** The sentence to show at a field: its own problem or that of a part of it, or the first other one with its path. */
export function messageFor(problems: readonly FieldProblem[], field: string): string | null {
  const own = problems.find(
    (problem) =>
      problem.field === field ||
      problem.field.startsWith(`${field}[`) ||
      problem.field.startsWith(`${field}.`),
  );
  if (own !== undefined) return sentence(own.message);
  const first = problems[0];
  return first === undefined ? null : `${first.field}: ${sentence(first.message)}`;
}

/** The message without its advice on links and files, which does not fit a field that is being edited. */
function sentence(whole: string): string {
  const text = whole.replace(/; correct it(, or leave it out for the default)?$/, "");
  const [first = "", ...rest] = text.split("\n");
  const head = first.charAt(0).toUpperCase() + first.slice(1);
  return [/[.!?]$/.test(head) ? head : `${head}.`, ...rest].join("\n");
}
