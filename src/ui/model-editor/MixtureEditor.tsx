import { useState } from "react";
import type { ComponentSpec, RewardSpec } from "../../spec/types.ts";
import { dragRounded, editorBox, withAdded, type Components } from "./component-edits.ts";
import { MixtureLine } from "./MixtureLine.tsx";
import { MixturePlane } from "./MixturePlane.tsx";
import { movedReward, rewardCentre } from "./reward-centre.ts";
import type { PictureProps } from "./picture-props.ts";
import "./model-editor.css";

export interface MixtureEditorProps {
  readonly components: Components;
  readonly dim: 1 | 2;
  readonly onChange: (components: ComponentSpec[]) => void;
  /** Shown where it has one place; it can be moved if onReward is given. */
  readonly reward?: RewardSpec;
  readonly onReward?: (reward: RewardSpec) => void;
}

/** A mixture to drag and to move by keys. The numbers to type stand in the table of the controls. */
export function MixtureEditor({ components, dim, onChange, reward, onReward }: MixtureEditorProps) {
  const [chosen, setSelected] = useState(0);
  const selected = Math.min(chosen, components.length - 1);
  const centre = reward === undefined ? null : rewardCentre(reward, dim);
  const fresh = editorBox(components, dim, centre === null ? [] : [centre]);
  const [held, setHeld] = useState<typeof fresh | null>(null);
  const box = held ?? fresh;
  const span = (box.hi[0] ?? 1) - (box.lo[0] ?? 0);
  const add = (mean: readonly number[]) => {
    const next = withAdded(
      components,
      mean.map((value) => dragRounded(value, span)),
    );
    onChange(next);
    setSelected(next.length - 1);
  };
  const picture: PictureProps = {
    components,
    selected,
    box,
    reward: centre,
    onSelect: setSelected,
    onChange,
    onReward:
      onReward === undefined || reward === undefined ? null : (to) => onReward(movedReward(reward, to)),
    onAdd: add,
    onRemove: (index) => onChange(components.filter((_, i) => i !== index || components.length === 1)),
    onHold: (on) => setHeld((before) => (on ? (before ?? fresh) : null)),
  };
  return (
    <div className="mixture-editor">
      {dim === 1 ? <MixtureLine {...picture} /> : <MixturePlane {...picture} />}
      <p className="mixture-hint">
        Drag the dots{dim === 1 ? " and widths" : ", and the squares to stretch and turn"}. Keys: arrows move
        (Shift: more), Page Up and Page Down choose, Delete removes. Double-click adds.
      </p>
    </div>
  );
}
