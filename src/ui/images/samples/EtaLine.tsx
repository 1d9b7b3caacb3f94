/** Where the present eta lies: between the two samplers that few-step models are published with, or between ODE and fresh noise. */
import { formatNumber } from "../../../charts/format.ts";
import { hueColour, markerPath, MARKERS } from "../../../charts/marks.ts";
import type { GlyphWeights } from "../../../spec/images/types.ts";
import { etaPlace } from "./eta-place.ts";

const TICKS = [0, 0.5, 1, 2, 5] as const;

/** The names of both ends: the teacher is no few-step model, so they are not its published samplers. */
const ENDS: Readonly<Record<GlyphWeights, readonly [still: string, noisy: string]>> = {
  student: ["the published few-step sampler", "multistep consistency sampling"],
  teacher: ["the deterministic sampler, DDIM", "almost only fresh noise in each step"],
};

/** The line with its two ends in words. */
export function EtaLine(props: {
  readonly eta: number;
  readonly steps: number;
  readonly weights: GlyphWeights;
}) {
  const { eta, steps, weights } = props;
  const [still, noisy] = ENDS[weights];
  return (
    <div className="eta-line" role="group" aria-label="What η means here">
      <p className="eta-ends">
        <span>η = 0: {still}</span>
        <span>large η: {noisy}</span>
      </p>
      <div className="eta-axis" aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick} className="eta-tick" style={{ left: `${100 * etaPlace(tick)}%` }}>
            {tick}
          </span>
        ))}
        <span className="eta-tick" style={{ left: "100%" }}>
          ∞
        </span>
        <svg
          className="eta-mark"
          style={{ left: `${100 * etaPlace(eta)}%` }}
          width="14"
          height="14"
          viewBox="-7 -7 14 14"
        >
          <path d={markerPath(MARKERS.sde, 5.5)} fill={hueColour("sde")} />
        </svg>
      </div>
      <p className="note">{etaSentence(eta, steps)}</p>
    </div>
  );
}

/** What eta does; nothing in a single step, since the last step adds no noise. */
export function etaSentence(eta: number, steps: number): string {
  if (steps === 1) return "With one step η has no part: it goes straight to the image, without fresh noise.";
  return `η = ${formatNumber(eta)}: ${etaWords(eta)}`;
}

/** What a step does at this eta. */
function etaWords(eta: number): string {
  if (eta === 0) return "every step keeps the noise it has; only the first noise is random.";
  if (eta < 1) return "each step swaps a little of its noise for fresh noise.";
  if (eta === 1) return "each step swaps as much noise as the reverse diffusion does.";
  return eta >= 5
    ? "each step starts again from the guessed image with almost only fresh noise."
    : "each step swaps more noise than the reverse diffusion does.";
}
