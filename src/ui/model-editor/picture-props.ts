/** What the pictures of a mixture, on a line and in a plane, are given. */
import type { ComponentSpec } from "../../spec/types.ts";
import type { Components } from "./component-edits.ts";

/** The parts of the editor that a picture needs. */
export interface PictureProps {
  readonly components: Components;
  readonly selected: number;
  readonly box: { readonly lo: readonly number[]; readonly hi: readonly number[] };
  readonly reward: readonly number[] | null;
  readonly onSelect: (index: number) => void;
  readonly onChange: (components: ComponentSpec[]) => void;
  readonly onReward: ((centre: readonly number[]) => void) | null;
  readonly onAdd: (mean: readonly number[]) => void;
  readonly onRemove: (index: number) => void;
  /** While a handle is held the window stays as it is. */
  readonly onHold: (held: boolean) => void;
}
