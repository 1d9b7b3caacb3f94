/** Name, the way to the other pages, undo and redo, sharing, theme, help. */
import type { ReactNode } from "react";
import { useStore, type StoreApi } from "zustand";
import type { Theme } from "../lab/state.ts";
import { AboutDialog } from "./AboutDialog.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { useLab, useLabStore } from "./lab-context.ts";
import { ShareMenu } from "./ShareMenu.tsx";

/** The bar at the top of the page of laws. */
export function Header() {
  const store = useLabStore();
  const theme = useLab((state) => state.theme);
  return (
    <HeaderBar page="laws" tagline="Sampler stochasticity in diffusion RLHF: measured next to theory">
      <UndoButtons store={store} />
      <ShareMenu />
      <ThemeButton theme={theme} onTheme={(next) => store.getState().set({ theme: next })} />
      <AboutDialog />
    </HeaderBar>
  );
}

const PAGES = [
  { id: "laws", word: "Laws", link: "#", hint: "Known laws, where the truth is exact" },
  { id: "images", word: "Images", link: "#model=glyphs", hint: "The glyph model: type a prompt, see images" },
  {
    id: "training",
    word: "Training",
    link: "#train=ddpo-is",
    hint: "RLHF of a small learned model: train with noise, deploy without",
  },
] as const;

/** Name, switch between the pages, one line of purpose, and the tools of the page. */
export function HeaderBar(props: {
  readonly page: (typeof PAGES)[number]["id"];
  readonly tagline: string;
  readonly children: ReactNode;
}) {
  return (
    <header className="header">
      <h1 className="brand">
        <Mark /> <span className="brand-name">Etalon</span>
      </h1>
      <nav className="page-switch" aria-label="Pages">
        {PAGES.map(({ id, word, link, hint }) => (
          <a key={id} href={link} title={hint} aria-current={id === props.page ? "page" : undefined}>
            {word}
          </a>
        ))}
      </nav>
      <p className="tagline">{props.tagline}</p>
      <div className="header-tools">{props.children}</div>
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

/** What undo needs of a store. */
interface UndoStore {
  readonly temporal: StoreApi<{
    readonly pastStates: readonly unknown[];
    readonly futureStates: readonly unknown[];
    undo(): void;
    redo(): void;
  }>;
}

/** Undo and redo of the spec. */
export function UndoButtons({ store }: { readonly store: UndoStore }) {
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
        onClick={() => store.temporal.getState().undo()}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Redo"
        title="Redo (Shift + Ctrl + Z)"
        disabled={!canRedo}
        onClick={() => store.temporal.getState().redo()}
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

/** Goes through system, light and dark. */
export function ThemeButton(props: { readonly theme: Theme; readonly onTheme: (theme: Theme) => void }) {
  const { theme, onTheme } = props;
  const label = `Theme: ${THEME_WORDS[theme]}`;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => onTheme(NEXT[theme])}
    >
      <Icon name={THEME_ICONS[theme]} />
    </button>
  );
}
