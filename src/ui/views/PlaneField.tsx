import type { PlaneChoice } from "../../lab/views.ts";

interface Props {
  readonly dim: number;
  readonly plane: PlaneChoice | null;
  readonly onPlane: (plane: PlaneChoice | null) => void;
}

/** Which two directions of many to look at. */
export function PlaneField({ dim, plane, onPlane }: Props) {
  const pair = plane?.kind === "coordinates" ? plane.pair : null;
  const choose = (slot: 0 | 1, value: number) => {
    const [a, b] = pair ?? [0, 1];
    const next: [number, number] = slot === 0 ? [value, b] : [a, value];
    if (next[0] !== next[1]) onPlane({ kind: "coordinates", pair: next });
  };
  return (
    <>
      <label>
        Plane{" "}
        <select
          value={pair === null ? "principal" : "coordinates"}
          onChange={(event) =>
            onPlane(event.target.value === "principal" ? null : { kind: "coordinates", pair: [0, 1] })
          }
        >
          <option value="principal">principal directions</option>
          <option value="coordinates">two coordinates</option>
        </select>
      </label>
      {pair !== null &&
        ([0, 1] as const).map((slot) => (
          <select
            key={slot}
            aria-label={slot === 0 ? "Coordinate across" : "Coordinate up"}
            value={pair[slot]}
            onChange={(event) => choose(slot, Number(event.target.value))}
          >
            {Array.from({ length: dim }, (_, i) => (
              <option key={i} value={i} disabled={i === pair[1 - slot]}>
                x{i + 1}
              </option>
            ))}
          </select>
        ))}
    </>
  );
}
