/** The fields of the state that stay on this device: read once, written when they change. A broken store is no error. */
import type { EngineChoice, LabData, LabStore, StoredIn, Theme } from "./state.ts";

export type Preferences = Pick<LabData, StoredIn<"localStorage">>;

export const DEFAULT_PREFERENCES: Preferences = {
  theme: "system",
  engineChoice: "auto",
  live: true,
  seedLocked: false,
  shortcuts: true,
  sections: {},
};

/** What localStorage offers. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = "etalon.preferences.1";
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const CHOICES: readonly EngineChoice[] = ["auto", "webgpu", "cpu"];

/** Stored preferences; every field that is missing or odd has its default. */
export function readPreferences(storage: KeyValueStore | null): Preferences {
  let json: unknown;
  try {
    json = JSON.parse(storage?.getItem(KEY) ?? "{}");
  } catch {
    json = {};
  }
  const stored: Readonly<Record<string, unknown>> = isRecord(json) ? json : {};
  return {
    theme: THEMES.find((theme) => theme === stored["theme"]) ?? DEFAULT_PREFERENCES.theme,
    engineChoice:
      CHOICES.find((choice) => choice === stored["engineChoice"]) ?? DEFAULT_PREFERENCES.engineChoice,
    live: typeof stored["live"] === "boolean" ? stored["live"] : DEFAULT_PREFERENCES.live,
    seedLocked:
      typeof stored["seedLocked"] === "boolean" ? stored["seedLocked"] : DEFAULT_PREFERENCES.seedLocked,
    shortcuts: typeof stored["shortcuts"] === "boolean" ? stored["shortcuts"] : DEFAULT_PREFERENCES.shortcuts,
    sections: sectionsOf(stored["sections"]),
  };
}

function sectionsOf(value: unknown): Readonly<Record<string, boolean>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes preferences whenever one changes. Returns a function that stops it. */
export function keepPreferences(store: LabStore, storage: KeyValueStore | null): () => void {
  return store.subscribe((state, before) => {
    const changed = (Object.keys(DEFAULT_PREFERENCES) as (keyof Preferences)[]).some(
      (name) => state[name] !== before[name],
    );
    if (!changed) return;
    writePreferences(storage, state);
  });
}

/** Stores preferences; private windows and full disks refuse, and the page works without. */
export function writePreferences(storage: KeyValueStore | null, preferences: Preferences): void {
  const { theme, engineChoice, live, seedLocked, shortcuts, sections } = preferences;
  try {
    storage?.setItem(KEY, JSON.stringify({ theme, engineChoice, live, seedLocked, shortcuts, sections }));
  } catch {
    // Nothing to do: the choice holds until the page is closed.
  }
}
