/** One pair of images close up: both large, all their rewards, and the whole way from noise. */
import { useEffect, useRef } from "react";
import { formatNumber } from "../../../charts/format.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { ImageRewardKind } from "../../../spec/images/types.ts";
import { Icon } from "../../Icon.tsx";
import type { PlayerFrame } from "../../views/PlayerBar.tsx";
import { drawnFrom } from "./reward-text.ts";
import { RowCaption } from "./ImageGrid.tsx";
import { PixelImage } from "./PixelImage.tsx";
import type { Shown } from "./pixels-at.ts";
import { RewardTable } from "./RewardTable.tsx";

export interface ZoomProps {
  readonly samples: ImageSamples;
  /** Null while closed. */
  readonly tile: number | null;
  /** Place of the tile in the present order. */
  readonly place: number;
  readonly frames: readonly PlayerFrame[];
  readonly frame: number;
  readonly shown: Shown;
  readonly kind: ImageRewardKind;
  readonly onFrame: (frame: number) => void;
  /** Goes to the pair before (-1) or after (1). */
  readonly onTurn: (by: number) => void;
  readonly onClose: () => void;
}

/** The dialog; opens when there is a tile. */
export function ZoomDialog(props: ZoomProps) {
  const { tile, samples, place, onTurn, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const open = tile !== null;
  useEffect(() => {
    const at = dialog.current;
    if (open && at?.open === false) at.showModal();
    if (!open && at?.open === true) at.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="dialog zoom" aria-labelledby="zoom-title" onClose={onClose}>
      <div className="dialog-head">
        <h2 id="zoom-title">
          Pair {place + 1} of {samples.tiles}
        </h2>
        <div className="row">
          <button type="button" className="button small" disabled={place === 0} onClick={() => onTurn(-1)}>
            Previous
          </button>
          <button
            type="button"
            className="button small"
            disabled={place >= samples.tiles - 1}
            onClick={() => onTurn(1)}
          >
            Next
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Close the close-up"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
      </div>
      {tile !== null && <CloseUp {...props} tile={tile} />}
    </dialog>
  );
}

function CloseUp(props: ZoomProps & { readonly tile: number }) {
  const { samples, tile, frame, frames, shown, kind } = props;
  const at = frames[frame];
  return (
    <div className="dialog-body">
      <div className="zoom-pair">
        {samples.rows.map((row) => (
          <figure key={row.id} className="zoom-image">
            <RowCaption id={row.id} eta={row.eta} />
            <PixelImage row={row} tiles={samples.tiles} shown={shown} frame={frame} tile={tile} />
          </figure>
        ))}
      </div>
      <p className="note number" role="status">
        {shown === "state" ? "State" : "Guess of the image"} at step {at?.step ?? 0}, t ={" "}
        {formatNumber(at?.t ?? 0, 3)}
      </p>
      {samples.prompts !== null && <p className="note">{drawnFrom(samples.prompts, tile)}</p>}
      <PathStrips {...props} />
      <RewardTable samples={samples} tile={tile} chosen={kind} caption="Rewards of this pair" />
    </div>
  );
}

const STRIPS = [
  { shown: "state", name: "state" },
  { shown: "prediction", name: "guess" },
] as const;

/** All frames of both rows; a click shows that frame everywhere. */
function PathStrips(props: ZoomProps & { readonly tile: number }) {
  const { samples, tile, frames, frame, onFrame } = props;
  return (
    <div className="path-strips" role="region" aria-label="The way from noise to the image" tabIndex={0}>
      <table className="path-table">
        <caption className="visually-hidden">States and predictions by step</caption>
        <thead>
          <tr>
            <th scope="col">Step</th>
            {frames.map(({ step, t }, i) => (
              <th key={i} scope="col">
                <button
                  type="button"
                  className="chip"
                  aria-label={`Show step ${step}, t = ${formatNumber(t, 3)}`}
                  aria-pressed={i === frame}
                  onClick={() => onFrame(i)}
                >
                  {step}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {samples.rows.flatMap((row) =>
            STRIPS.map(({ shown, name }) => (
              <tr key={`${row.id} ${shown}`}>
                <th scope="row">
                  {row.id === "ode" ? "ODE" : "SDE"} {name}
                </th>
                {frames.map((_, i) => (
                  <td key={i}>
                    {(shown === "state" || i < frames.length - 1) && (
                      <PixelImage row={row} tiles={samples.tiles} shown={shown} frame={i} tile={tile} />
                    )}
                  </td>
                ))}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
