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

/** 1.5 * 2^52: adding it and taking it off again rounds a number under 2^51 to the next whole one. */
export const EXP_ROUND = 1.5 * 2 ** 52;

/**
 * Coefficients 1/3!, 1/4!, 1/5! of exp(r). With n = -32 x rounded, x in [-EXP_REACH, 0], the rest r = x + n/32 is exact and
 * at most 1/64, so exp(x) = EXP_TABLE[n] (1 + r + r^2/2 + C3 r^3 + C4 r^4 + C5 r^5) to (1/64)^6/720 = 2e-14. NaN stays NaN.
 */
export const C3 = 1 / 6;
export const C4 = 1 / 24;
export const C5 = 1 / 120;

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
