import { useRef, type KeyboardEvent, type PointerEvent } from "react";

interface Props {
  /** Place in the picture, px. */
  readonly at: readonly [number, number];
  readonly name: string;
  readonly shape: "mean" | "axis" | "reward";
  readonly selected: boolean;
  /** In the tab order. */
  readonly tabStop: boolean;
  /** Dragged to a place in the picture, px. */
  readonly onDrag: (x: number, y: number) => void;
  /** An arrow key: direction right and up, and whether Shift asks for a large step. True if it was used. */
  readonly onNudge: (right: number, up: number, large: boolean) => void;
  readonly onKey?: (event: KeyboardEvent) => void;
  readonly onGrab: () => void;
  readonly onRelease: () => void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A handle in a picture: dragged by mouse, pen or finger, or moved by arrow keys when it has the focus. */
export function DragHandle(props: Props) {
  const { at, name, shape, selected } = props;
  const held = useRef<{ dx: number; dy: number } | null>(null);
  const place = (event: PointerEvent<SVGGElement>) => {
    const bounds = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
    return [event.clientX - (bounds?.left ?? 0), event.clientY - (bounds?.top ?? 0)] as const;
  };
  return (
    <g
      className={selected ? `handle handle-${shape} handle-selected` : `handle handle-${shape}`}
      transform={`translate(${at[0]} ${at[1]})`}
      role="button"
      aria-roledescription="handle"
      aria-label={name}
      tabIndex={props.tabStop ? 0 : -1}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
        const [x, y] = place(event);
        held.current = { dx: at[0] - x, dy: at[1] - y };
        props.onGrab();
      }}
      onPointerMove={(event) => {
        if (held.current === null) return;
        const [x, y] = place(event);
        props.onDrag(x + held.current.dx, y + held.current.dy);
      }}
      onPointerUp={() => {
        held.current = null;
        props.onRelease();
      }}
      onPointerCancel={() => {
        held.current = null;
        props.onRelease();
      }}
      onFocus={props.onGrab}
      onBlur={props.onRelease}
      onKeyDown={(event) => {
        const arrow = ARROWS[event.key];
        if (arrow === undefined) return props.onKey?.(event);
        event.preventDefault();
        props.onNudge(arrow[0], arrow[1], event.shiftKey);
      }}
    >
      <circle r={13} fill="transparent" />
      {shape === "mean" ? (
        <circle className="handle-mark" r={6} />
      ) : shape === "axis" ? (
        <rect className="handle-mark" x={-4.5} y={-4.5} width={9} height={9} />
      ) : (
        <path
          className="handle-mark"
          d="M0 -8L2.3 -2.6L8 -2.2L3.6 1.4L5 7L0 3.9L-5 7L-3.6 1.4L-8 -2.2L-2.3 -2.6Z"
        />
      )}
    </g>
  );
}
