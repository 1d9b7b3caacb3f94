/**
 * Fast f64 elementary functions by tables, for hot loops: a call of Math.exp, Math.log or Math.cos leaves compiled code,
 * which costs more than the function. Relative error of `exp` under 3e-14; absolute error of log and sin/cos under 1e-15.
 */

/** exp(-n/32), n = 0 .. 32 * EXP_REACH, plus one entry for rounding up at the end. */
export const EXP_TABLE: Float64Array = Float64Array.from({ length: 32 * 40 + 2 }, (_, n) =>
  Math.exp(-n / 32),
);
/** Arguments under -EXP_REACH are beyond the table; e^-40 = 4e-18 is nothing next to 1 in f64. */
export const EXP_REACH = 40;

/**
 * exp(x) for -EXP_REACH <= x <= 0, NaN for NaN. n/32 is exact, so the rest |x + n/32| <= 1/64 is too, and five terms leave
 * (1/64)^6/720 = 2e-14.
 */
export function expNegative(x: number): number {
  const n = (0.5 - x * 32) | 0;
  const r = x + n * 0.03125;
  return (
    (EXP_TABLE[n] as number) *
    (1 +
      r * (1 + r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)))))
  );
}

/** log of the centre of each of 256 cells of [1, 2), and its reciprocal. */
const LOG_CELLS = 256;
const cellCentre = (cell: number): number => 1 + (cell + 0.5) / LOG_CELLS;
export const LOG_TABLE: Float64Array = Float64Array.from({ length: LOG_CELLS }, (_, i) =>
  Math.log(cellCentre(i)),
);
export const RECIPROCAL_TABLE: Float64Array = Float64Array.from(
  { length: LOG_CELLS },
  (_, i) => 1 / cellCentre(i),
);
/** 2^-e and (e - 24) log 2 for the leading bit e = 0 .. 23 of an odd 24-bit integer. */
export const SCALE_TABLE: Float64Array = Float64Array.from({ length: 24 }, (_, e) => 2 ** -e);
export const LOG_SCALE_TABLE: Float64Array = Float64Array.from({ length: 24 }, (_, e) => (e - 24) * Math.LN2);

/** cos and sin at 256 angles around the circle, cell by cell at their centres: angle (i + 1/2) 2 pi / 256. */
const TURN_CELLS = 256;
const cellAngle = (cell: number): number => ((cell + 0.5) * 2 * Math.PI) / TURN_CELLS;
export const COS_TABLE: Float64Array = Float64Array.from({ length: TURN_CELLS }, (_, i) =>
  Math.cos(cellAngle(i)),
);
export const SIN_TABLE: Float64Array = Float64Array.from({ length: TURN_CELLS }, (_, i) =>
  Math.sin(cellAngle(i)),
);
/** 2 pi / 2^24, the angle of one unit of a 24-bit turn. */
export const ANGLE_UNIT = (2 * Math.PI) / 2 ** 24;
