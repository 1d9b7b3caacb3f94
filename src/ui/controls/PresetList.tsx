/** Presets as buttons with pictures; the one that is open is told in a sentence below. */
import type { ReactNode } from "react";

interface Preset {
  readonly id: string;
  readonly title: string;
}

export interface PresetListProps<P extends Preset> {
  readonly presets: readonly P[];
  /** The one that the settings are, or undefined. */
  readonly current: P | undefined;
  /** What it is for. */
  readonly tell: (preset: P) => string;
  readonly picture: (preset: P) => ReactNode;
  readonly onOpen: (preset: P) => void;
}

/** The list. */
export function PresetList<P extends Preset>({
  presets,
  current,
  tell,
  picture,
  onOpen,
}: PresetListProps<P>) {
  return (
    <>
      <ul className="presets">
        {presets.map((preset) => (
          <li key={preset.id}>
            <button
              type="button"
              className="preset"
              aria-pressed={preset === current}
              title={tell(preset)}
              onClick={() => onOpen(preset)}
            >
              {picture(preset)}
              <span>{preset.title}</span>
            </button>
          </li>
        ))}
      </ul>
      {current !== undefined && <p className="note">{tell(current)}</p>}
    </>
  );
}
