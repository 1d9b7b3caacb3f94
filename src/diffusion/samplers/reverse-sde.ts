/**
 * General-purpose solvers of the reverse SDE dY = [ -f Y + (1 + eta^2)/2 g^2 score(Y, t) ] dt + eta g dW, time from T to 0.
 * With score = (alpha x0Hat - x)/sigma^2 and kappa = (1 + eta^2)/2 g^2/sigma^2 the drift is
 *
 *     b(x, t) = -(f + kappa) x + kappa alpha x0Hat(x, t)
 *
 * They take the noise of a step at f and g as they are, so they know nothing of the point-mass solution that gDDIM has.
 */
import type { Process } from "../process.ts";
import type { StepCoefficients } from "../program.ts";
import { SamplerRefusedError, stepFrame } from "./sampler.ts";

/** Weak order 1: x_s = x + h b(x, t) + eta g_t sqrt(h) z [Kloeden92]; the step to t = 0 is noisy too. */
export function eulerMaruyamaStep(
  process: Process,
  t: number,
  s: number,
  eta: number,
  k: number,
): StepCoefficients {
  const h = t - s;
  const drift = driftAt(process, t, eta, "euler-maruyama", k);
  const cz = eta * Math.sqrt(process.diffusionSq(t) * h);
  return {
    ...stepFrame(process, t, s, eta),
    cx: 1 + h * drift.x,
    c0: h * drift.x0,
    cz,
    corrector: null,
  };
}

/**
 * Weak order 2: the trapezoid rule on the drift, with one noise eta sqrt(h (g_t^2 + g_s^2)/2) z shared by predictor and
 * corrector. The step to t = 0 is an Euler-Maruyama step, since kappa is infinite there.
 */
export function heunStep(process: Process, t: number, s: number, eta: number, k: number): StepCoefficients {
  if (process.sigma(s) === 0) return eulerMaruyamaStep(process, t, s, eta, k);
  const h = t - s;
  const first = driftAt(process, t, eta, "heun", k);
  const second = driftAt(process, s, eta, "heun", k);
  const cz = eta * Math.sqrt((h * (process.diffusionSq(t) + process.diffusionSq(s))) / 2);
  return {
    ...stepFrame(process, t, s, eta),
    cx: 1 + h * first.x,
    c0: h * first.x0,
    cz,
    corrector: {
      ex: 1 + (h / 2) * first.x,
      e0: (h / 2) * first.x0,
      ey: (h / 2) * second.x,
      e1: (h / 2) * second.x0,
      ez: cz,
    },
  };
}

/** b(x, t) = x x + x0 x0Hat: the two factors, per unit of t. */
function driftAt(process: Process, t: number, eta: number, kind: string, k: number) {
  const f = process.drift(t);
  const gSq = process.diffusionSq(t);
  if (!Number.isFinite(f) || !Number.isFinite(gSq))
    throw new SamplerRefusedError(
      `sampler ${kind}, step ${k + 1}`,
      "the drift and the noise rate must be finite",
      `an infinite rate at t = ${t} of process ${process.kind}, where the signal is 0`,
      "use gddim or an end time T slightly below",
    );
  const kappa = ((1 + eta * eta) / 2) * (gSq / process.sigma(t) ** 2);
  return { x: -(f + kappa), x0: kappa * process.alpha(t) };
}
