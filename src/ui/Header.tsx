/** Name, undo and redo, sharing, theme, help. */
import { useStore } from "zustand";
import type { Theme } from "../lab/state.ts";
import { AboutDialog } from "./AboutDialog.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { ShareMenu } from "./ShareMenu.tsx";

/** The bar at the top. */
export function Header() {
  return (
    <header className="header">
      <h1 className="brand">
        <Mark /> Etalon
      </h1>
      <p className="tagline">Sampler stochasticity in diffusion RLHF: measured next to theory</p>
      <div className="header-tools">
        <UndoButtons />
        <ShareMenu />
        <ThemeButton />
        <AboutDialog />
      </div>
    </header>
  );
}

/** Interference fringes between two plates: an etalon. */
function Mark() {
  return (
    <svg className="mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      <path d="M4 2 V20 M18 2 V20" />
      <path className="mark-ray" d="M1 16 18 11 4 7 18 3" />
    </svg>
  );
}

function UndoButtons() {
  const store = useLabStore();
  const canUndo = useStore(store.temporal, (state) => state.pastStates.length > 0);
  const canRedo = useStore(store.temporal, (state) => state.futureStates.length > 0);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="Undo"
        title="Undo (Ctrl + Z)"
        disabled={!canUndo}
        onClick={() => store.getState().undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Redo"
        title="Redo (Shift + Ctrl + Z)"
        disabled={!canRedo}
        onClick={() => store.getState().redo()}
      >
        <Icon name="redo" />
      </button>
    </>
  );
}

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: "auto", light: "sun", dark: "moon" };
const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};

function ThemeButton() {
  const store = useLabStore();
  const theme = useLab((state) => state.theme);
  const label = `Theme: ${THEME_WORDS[theme]}`;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => store.getState().set({ theme: NEXT[theme] })}
    >
      <Icon name={THEME_ICONS[theme]} />
    </button>
  );
}
