/** The seed, with dice and lock. */
import { HelpTip } from "../HelpTip.tsx";
import { Icon } from "../Icon.tsx";
import { NumberField } from "./NumberField.tsx";

export interface SeedFieldProps {
  readonly seed: number;
  readonly fallback: number;
  readonly locked: boolean;
  /** What keeping the seed does on this page. */
  readonly lockTitle: string;
  readonly onTry: (seed: number) => string | null;
  readonly onLock: (locked: boolean) => void;
}

/** Number, dice, lock. */
export function SeedField({ seed, fallback, locked, lockTitle, onTry, onLock }: SeedFieldProps) {
  return (
    <NumberField
      label="Seed"
      value={seed}
      fallback={fallback}
      help={<HelpTip term="seed" />}
      onTry={onTry}
      extra={
        <>
          <button
            type="button"
            className="icon-button"
            aria-label="New random seed"
            title="New random seed"
            disabled={locked}
            onClick={() => onTry(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1)}
          >
            <Icon name="dice" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Keep the seed"
            title={lockTitle}
            aria-pressed={locked}
            onClick={() => onLock(!locked)}
          >
            <Icon name={locked ? "lock" : "unlock"} />
          </button>
        </>
      }
    />
  );
}
