import { interval } from "../../../measure/verdict.ts";
import type { Estimate } from "../../../measure/estimate.ts";

interface SeedStripProps {
  readonly measured: Estimate;
  readonly values: readonly number[];
}

/** One dot per seed, the mean's 95 % interval and the line at 0; the text beside it says the same. */
export function SeedStrip({ measured, values }: SeedStripProps) {
  const [lo, hi] = Number.isFinite(measured.se) ? interval(measured) : [measured.value, measured.value];
  const place = placeOn([0, lo, hi, ...values]);
  return (
    <svg className="seed-strip" width="100%" height="24" aria-hidden="true" focusable="false">
      <line className="seed-zero" x1={place(0)} x2={place(0)} y1="0" y2="24" />
      <line className="seed-interval" x1={place(lo)} x2={place(hi)} y1="17" y2="17" />
      <line className="seed-mean" x1={place(measured.value)} x2={place(measured.value)} y1="12" y2="22" />
      {values.map((value, i) => (
        <circle className="seed-dot" key={i} cx={place(value)} cy="7" r="3.5" />
      ))}
    </svg>
  );
}

/** Places on a line that holds all of `numbers`, in per cent, with room at both ends. */
function placeOn(numbers: readonly number[]): (value: number) => string {
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  return (value) => `${(3 + (94 * (value - low)) / span).toFixed(2)}%`;
}
