import { useMemo } from "react";
import { DENSITY_GRID, type Box, type LawView } from "../../lab/views.ts";
import { contourLines } from "../../render/marching-squares.ts";
import { linePath, type PlotScale } from "./plot-scale.ts";

interface Props {
  readonly law: LawView;
  /** Box of the law's grid. */
  readonly box: Box;
  readonly x: PlotScale;
  readonly y: PlotScale;
  readonly colour: string;
  readonly dash: string | undefined;
}

/** Lines around half and nine tenths of the mass of an exact law. */
export function ContourLines({ law, box, x, y, colour, dash }: Props) {
  const lines = useMemo(() => {
    const n = DENSITY_GRID.plane;
    const field = {
      nx: n,
      ny: n,
      lo: [box.lo[0] ?? 0, box.lo[1] ?? 0],
      hi: [box.hi[0] ?? 1, box.hi[1] ?? 1],
      values: law.values,
    } as const;
    return law.levels.flatMap((level) => (level > 0 ? contourLines(field, level) : []));
  }, [law, box]);
  const paths = lines.map((line) =>
    linePath(line.length / 2, (k) => [x.at(line[2 * k] ?? NaN), y.at(line[2 * k + 1] ?? NaN)]),
  );
  return (
    <g fill="none">
      {paths.map((d, i) => (
        <path key={`halo ${i}`} className="views-halo" d={d} />
      ))}
      {paths.map((d, i) => (
        <path key={i} d={d} stroke={colour} strokeWidth={1.75} strokeDasharray={dash} />
      ))}
    </g>
  );
}
