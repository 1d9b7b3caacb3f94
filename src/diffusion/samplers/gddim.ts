/**
 * The DDIM family: x_s = alpha_s x0Hat + sigma_s (q epsHat + sqrt(1 - q^2) z). With rho = sigma_s alpha_t / (sigma_t alpha_s),
 *
 *     gDDIM      q = rho^(eta^2)                          [Zhang22], exact for a point mass, every eta >= 0
 *     DDIM-eta   q^2 = 1 - eta^2 (1 - rho^2)              [Song21-DDIM], needs q^2 >= 0
 *
 * the same at eta = 0 and eta = 1. In linear form cx = sigma_s q / sigma_t and c0 = alpha_s - cx alpha_t = alpha_s (1 - rho q).
 */
import type { Process } from "../process.ts";
import type { StepCoefficients } from "../program.ts";
import { SamplerRefusedError, stepFrame } from "./sampler.ts";

/** Step of gDDIM. */
export function gddimStep(process: Process, t: number, s: number, eta: number): StepCoefficients {
  const frame = stepFrame(process, t, s, eta);
  if (frame.sigmaS === 0) return jump(frame);
  const gain = process.logSnr(s) - process.logSnr(t);
  const loss = eta === 0 ? 0 : eta * eta * gain;
  return {
    ...frame,
    cx: (frame.sigmaS / frame.sigmaT) * Math.exp(-loss / 2),
    // rho q = exp(-(gain + loss) / 2), so alpha_s (1 - rho q) does not cancel on small steps.
    c0: -frame.alphaS * Math.expm1(-(gain + loss) / 2),
    cz: eta === 0 ? 0 : frame.sigmaS * Math.sqrt(-Math.expm1(-loss)),
    corrector: null,
  };
}

/** Step of DDIM-eta; refuses where its noise would exceed sigma_s. */
export function ddimStep(process: Process, t: number, s: number, eta: number, k: number): StepCoefficients {
  const frame = stepFrame(process, t, s, eta);
  if (frame.sigmaS === 0) return jump(frame);
  const gain = process.logSnr(s) - process.logSnr(t);
  const rhoSq = Math.exp(-gain);
  const qSq = 1 - eta * eta + eta * eta * rhoSq;
  if (qSq < 0) throw tooNoisy(frame, gain, k);
  const cx = (frame.sigmaS / frame.sigmaT) * Math.sqrt(qSq);
  return {
    ...frame,
    cx,
    c0: qSq === 1 ? -frame.alphaS * Math.expm1(-gain / 2) : frame.alphaS - cx * frame.alphaT,
    cz: frame.sigmaS * eta * Math.sqrt(-Math.expm1(-gain)),
    corrector: null,
  };
}

/** The last step to sigma = 0: a deterministic jump to x0Hat (alpha_0 = 1). */
function jump(frame: ReturnType<typeof stepFrame>): StepCoefficients {
  return { ...frame, cx: 0, c0: frame.alphaS, cz: 0, corrector: null };
}

function tooNoisy(frame: ReturnType<typeof stepFrame>, gain: number, k: number): SamplerRefusedError {
  const tau = frame.eta * frame.sigmaS * Math.sqrt(-Math.expm1(-gain));
  return new SamplerRefusedError(
    `sampler ddim, step ${k + 1}`,
    "the noise tau must not exceed sigma_s",
    `tau = ${tau.toPrecision(4)} > sigma_s = ${frame.sigmaS.toPrecision(4)} at eta = ${frame.eta}, t = ${frame.t.toPrecision(4)}, s = ${frame.s.toPrecision(4)}`,
    "use gddim, a smaller eta or more steps",
  );
}
