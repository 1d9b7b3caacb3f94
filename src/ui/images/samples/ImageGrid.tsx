/** One row of the comparison: its images in a square, each a button that opens the close-up. */
import { memo, useRef, type KeyboardEvent } from "react";
import { formatNumber } from "../../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../../charts/marks.ts";
import { isRowDrawn } from "../../../lab/images/drawn.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import type { ImageRewardKind } from "../../../spec/images/types.ts";
import { columnsOf, type Shown, tilesIn } from "./pixels-at.ts";
import { PixelImage } from "./PixelImage.tsx";
import { tileLabel } from "./reward-text.ts";
import { movedTo } from "./roving.ts";

export interface ImageGridProps {
  readonly samples: ImageSamples;
  readonly row: 0 | 1;
  readonly order: readonly number[];
  readonly shown: Shown;
  readonly frame: number;
  readonly kind: ImageRewardKind;
  /** The image under the pointer or with the focus; its partner is marked too. */
  readonly marked: number | null;
  /** The place that the tab key reaches. */
  readonly place: number;
  readonly onMark: (tile: number | null) => void;
  readonly onPlace: (place: number) => void;
  readonly onZoom: (tile: number) => void;
}

/** "ODE, η = 0" or "SDE, η = 1". */
export function rowName({ id, eta }: { readonly id: "ode" | "sde"; readonly eta: number }): string {
  return `${id === "ode" ? "ODE" : "SDE"}, η = ${formatNumber(eta)}`;
}

/** Caption and images. */
export function ImageGrid(props: ImageGridProps) {
  const { samples, row, order, marked, place } = props;
  const list = useRef<HTMLUListElement>(null);
  const columns = columnsOf(samples.tiles);
  const from = samples.rows[row];
  const onKeyDown = (event: KeyboardEvent) => {
    const to = movedTo(event.key, place, columns, order.length);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    props.onPlace(to);
    list.current?.querySelectorAll<HTMLElement>("button")[to]?.focus();
  };
  return (
    <figure className="image-row">
      <RowCaption id={from.id} eta={from.eta} />
      <ul
        ref={list}
        className="image-grid"
        style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
        aria-label={`${rowName(from)}: ${samples.tiles} images`}
        onKeyDown={onKeyDown}
        onPointerLeave={() => props.onMark(null)}
      >
        {order.map((tile, at) => (
          <Tile
            key={tile}
            {...{ samples, row, tile, at }}
            shown={props.shown}
            frame={props.frame}
            kind={props.kind}
            marked={tile === marked}
            reached={at === place}
            onMark={props.onMark}
            onPlace={props.onPlace}
            onZoom={props.onZoom}
          />
        ))}
      </ul>
    </figure>
  );
}

/** Marker and name of a row. */
export function RowCaption({ id, eta }: { readonly id: "ode" | "sde"; readonly eta: number }) {
  return (
    <figcaption className="row-caption">
      <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
        <path d={markerPath(MARKERS[id], 4)} fill={hueColour(id)} />
      </svg>
      {rowName({ id, eta })}
    </figcaption>
  );
}

interface TileProps extends Omit<ImageGridProps, "order" | "marked" | "place"> {
  readonly tile: number;
  readonly at: number;
  readonly marked: boolean;
  readonly reached: boolean;
}

const Tile = memo(function Tile(props: TileProps) {
  const { samples, row, tile, at, kind, marked, reached, onMark, onPlace, onZoom } = props;
  const own = samples.rows[row];
  const drawn = isRowDrawn(own, tile);
  const older = !drawn && own.older !== null && tile < tilesIn(own.older) ? own.older : null;
  const look = drawn ? "" : older === null ? " image-blank" : " image-older";
  return (
    <li>
      <button
        type="button"
        className={`image-tile${marked ? " image-marked" : ""}${look}`}
        tabIndex={reached ? 0 : -1}
        aria-label={tileLabel(samples, row, at, tile, kind)}
        onPointerEnter={() => onMark(tile)}
        onFocus={() => {
          onMark(tile);
          onPlace(at);
        }}
        onBlur={() => onMark(null)}
        onClick={() => onZoom(tile)}
      >
        {older === null ? (
          <PixelImage row={own} tiles={samples.tiles} shown={props.shown} frame={props.frame} tile={tile} />
        ) : (
          <PixelImage row={older} tiles={tilesIn(older)} shown="state" frame={0} tile={tile} />
        )}
      </button>
    </li>
  );
});
