/** Fields whose text is refused: the page's settings keep the last good value, and whoever starts work says so. */
import { createContext, useContext, useEffect, useId } from "react";
import { createStore, type StoreApi } from "zustand/vanilla";

export interface Mistake {
  /** The field's name. */
  readonly name: string;
  /** The value that counts instead of the refused text. */
  readonly kept: string;
}

/** Mistakes of the fields on the screen, by the field. */
export type Mistakes = ReadonlyMap<string, Mistake>;

/** Where fields tell their mistakes; null on pages that do not ask. */
export const MistakesContext = createContext<StoreApi<Mistakes> | null>(null);

/** A page's mistakes, none at first. */
export function createMistakes(mistakes: Mistakes = new Map()): StoreApi<Mistakes> {
  return createStore(() => mistakes);
}

/** Tells the page of a field's mistake while it stands; null `kept` for none. */
export function useMistake(name: string, kept: string | null): void {
  const id = useId();
  const store = useContext(MistakesContext);
  useEffect(() => {
    if (store === null || kept === null) return;
    store.setState(new Map(store.getState()).set(id, { name, kept }), true);
    return () => {
      const rest = new Map(store.getState());
      rest.delete(id);
      store.setState(rest, true);
    };
  }, [store, id, name, kept]);
}

/** "Steps N has a mistake: trains with 20."; "" for none. `works` is what the page does: "trains". */
export function mistakesText(mistakes: Mistakes, works: string): string {
  const [first, second, ...rest] = [...mistakes.values()];
  if (first === undefined) return "";
  if (second === undefined) return `${first.name} has a mistake: ${works} with ${first.kept}.`;
  if (rest.length > 0)
    return `${mistakes.size} settings have mistakes: ${works} with their last good values.`;
  return `${first.name} and ${second.name} have mistakes: ${works} with ${first.kept} and ${second.kept}.`;
}
