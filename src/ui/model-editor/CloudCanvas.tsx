import { useEffect, useRef, useState, type PointerEvent } from "react";
import { useThemeColours } from "../views/use-theme-colours.ts";

interface Props {
  readonly onPoints: (points: Float64Array) => void;
  readonly onClear: () => void;
}

/** Side of the canvas, px, and what it spans in data units. */
const SIDE = 280;
const SPAN = 6;
/** Points per stroke event, and most in all. */
const BURST = 6;
const MOST = 20_000;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** A cloud drawn by mouse, pen or finger: every move scatters points over the brush. */
export function CloudCanvas({ onPoints, onClear }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data: rgb } = useThemeColours();
  const [radius, setRadius] = useState(0.25);
  const [points, setPoints] = useState<readonly number[]>([]);
  const drawing = useRef(false);
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (context === null || context === undefined) return;
    context.clearRect(0, 0, SIDE, SIDE);
    context.fillStyle = `rgb(${rgb.join(" ")} / 0.7)`;
    for (let i = 0; i < points.length; i += 2)
      context.fillRect(toPixel(points[i] ?? 0) - 1, SIDE - toPixel(points[i + 1] ?? 0) - 1, 2, 2);
  }, [points, rgb]);
  const spray = (event: PointerEvent<HTMLCanvasElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - bounds.left) / bounds.width - 0.5) * SPAN;
    const y = (0.5 - (event.clientY - bounds.top) / bounds.height) * SPAN;
    setPoints((before) =>
      before.length >= 2 * MOST ? before : [...before, ...burst(x, y, radius, before.length / 2)],
    );
  };
  const stop = () => {
    if (!drawing.current) return;
    drawing.current = false;
    if (points.length > 0) onPoints(Float64Array.from(points));
  };
  return (
    <div className="points-draw">
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={`Drawn cloud of ${points.length / 2} points, from −3 to 3 on both axes. To type points instead, use Paste.`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawing.current = true;
          spray(event);
        }}
        onPointerMove={(event) => {
          if (drawing.current) spray(event);
        }}
        onPointerUp={stop}
        onPointerCancel={stop}
      />
      <div className="points-brush">
        <label>
          Brush{" "}
          <input
            type="range"
            min={0.05}
            max={1}
            step={0.05}
            value={radius}
            aria-valuetext={`radius ${radius}`}
            onChange={(event) => setRadius(Number(event.target.value))}
          />
        </label>
        <button
          type="button"
          className="button small"
          onClick={() => {
            setPoints([]);
            onClear();
          }}
        >
          Clear
        </button>
        <span className="views-muted">
          {(points.length / 2).toLocaleString("en")} points on [−3, 3]²
          {points.length >= 2 * MOST && ", which is the most"}
        </span>
      </div>
    </div>
  );
}

/** Points spread evenly over the brush's disc, on a sunflower spiral that goes on from stroke to stroke. */
function burst(x: number, y: number, radius: number, from: number): number[] {
  return Array.from({ length: BURST }, (_, i) => {
    const turn = (from + i) * GOLDEN_ANGLE;
    // The fractional part of multiples of the golden ratio fills [0, 1) evenly.
    const reach = radius * Math.sqrt(((from + i) * 0.754877666) % 1);
    return [x + reach * Math.cos(turn), y + reach * Math.sin(turn)];
  }).flat();
}

function toPixel(value: number): number {
  return (value / SPAN + 0.5) * SIDE;
}
