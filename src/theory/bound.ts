/**
 * The general bound on the sampler's error and on the reward gap [Sheng25, own derivation].
 *
 * Two copies of the eta-sampler on the same noise, one from the prior, one from the exact p_T, approach each other at the
 * rate of the score's one-sided Lipschitz constant L. In x/alpha with clock rho = (sigma/alpha)^2 (g^2 dt = alpha^2 drho,
 * L_rho = alpha^2 L):
 *
 *     K_eta(t) = exp( int_0^t [-f + (1 + eta^2)/2 g^2 L] du ) = alpha_t^-1 exp( (1 + eta^2)/2 int_0^rho L_rho drho )
 *     W2(sampler, p*) <= K_eta(T) W2(prior, p_T) + (1 + eta^2)/2 int_0^T g^2 K_eta scoreError dt
 *
 * with L of the model's score and scoreError(t) its L2(p*_t) distance from the exact one. For the gap both samplers are
 * compared with p*: Lip(r) (w_eta + w_0), and for r = -|B(x - c)|^2, |E r(X) - E r*| <= |B| w (2 |B(X* - c)|_L2 + |B| w).
 */
import type { GaussianMixture } from "../diffusion/mixture.ts";
import type { Process } from "../diffusion/process.ts";
import { rewardLipschitz } from "../rewards/lipschitz.ts";
import type { RewardProgram } from "../rewards/program.ts";
import { NODES, PANEL_NODES, panelSum, PANEL_WEIGHTS, runningIntegral } from "./panel-rule.ts";
import { distanceFromPrior, priorDistance, rootNorm, secondMomentAbout } from "./prior-distance.ts";
import { scoreSlope, type ScoreSlope } from "./score-slope.ts";

export interface BoundProblem {
  /** The law p* whose score the model has, exactly or up to scoreError. */
  readonly law: GaussianMixture;
  readonly process: Process;
  readonly reward: RewardProgram;
  /** L2(p*_t) norm of the model's score error at time t, per data unit; none by default. */
  readonly scoreError?: (t: number) => number;
  /** One-sided Lipschitz constant of the model's score where it is not the score of `law`. */
  readonly slope?: ScoreSlope;
}

/** The four parts; the SDE's two sum to its bound on W2, the ODE's likewise. */
export interface BoundTerms {
  readonly priorMismatchSde: number;
  readonly scoreErrorSde: number;
  readonly priorMismatchOde: number;
  readonly scoreErrorOde: number;
}

export interface Assumption {
  readonly text: string;
  readonly holds: boolean;
}

export interface Bound {
  readonly kind: "bound";
  /** Bound on W2(sampler with this eta, p*), data units; Infinity where an assumption fails. */
  readonly w2: number;
  /** Bound on |expectedReward(eta) - expectedReward(0)|; null for a reward without one. */
  readonly gap: number | null;
  /** In W2, data units. */
  readonly terms: BoundTerms;
  /** Share of each term in the gap (in w2 where there is no gap), sum 1; all 0 where the bound is 0 or infinite. */
  readonly shares: BoundTerms;
  /** W2(prior, p_T) and whether it is exact or an upper bound. */
  readonly priorDistance: { readonly value: number; readonly exact: boolean };
  /** K_eta(T): what remains of an error of the start. */
  readonly contraction: number;
  readonly assumptions: readonly Assumption[];
  /** True if the bound would let pass a sampler that returns its prior unchanged. */
  readonly vacuous: boolean;
  /** The same two numbers for a sampler that returns its prior unchanged. */
  readonly trivial: { readonly w2: number; readonly gap: number | null };
}

/** The bound for one eta. */
export function w2Bound(problem: BoundProblem & { readonly eta: number }): Bound {
  return generalBound(problem)(problem.eta);
}

/** The bound by eta; all work that does not depend on eta is done once. */
export function generalBound(problem: BoundProblem): (eta: number) => Bound {
  const { law, process, reward } = problem;
  const slope = problem.slope ?? scoreSlope(law);
  const prior = priorDistance(law, process.alpha(process.T), process.sigma(process.T), process.priorStd);
  const profile = slopeProfile(problem, slope);
  const start = distanceFromPrior(law, process.priorStd);
  const gapOf = gapFromW2(law, reward);
  const range = rewardRange(reward);
  const trivialGap = leastOf(range, gapOf === null ? null : 2 * gapOf(start.value));
  const assumptions = assumptionsOf(problem, slope, gapOf !== null || range !== null);
  return (eta) => {
    const sde = armBound(profile, prior.value, eta);
    const ode = armBound(profile, prior.value, 0);
    const w2 = sde.prior + sde.score;
    const gap = leastOf(range, gapOf === null ? null : gapOf(w2) + gapOf(ode.prior + ode.score));
    const terms = {
      priorMismatchSde: sde.prior,
      scoreErrorSde: sde.score,
      priorMismatchOde: ode.prior,
      scoreErrorOde: ode.score,
    };
    return {
      kind: "bound",
      w2,
      gap,
      terms,
      shares: sharesOf(terms, gapOf ?? ((w) => w)),
      priorDistance: prior,
      contraction: sde.contraction,
      assumptions,
      vacuous: !(w2 < start.value) || (gap !== null && trivialGap !== null && !(gap < trivialGap)),
      trivial: { w2: start.value, gap: trivialGap },
    };
  };
}

function leastOf(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/** int_0^rho L drho at nodes of panels in log(1 + rho/scale), and what the score term needs there. */
interface SlopeProfile {
  /** int_0^rho_T L drho. */
  readonly total: number;
  readonly alphaT: number;
  /** Per node: weight of drho, alpha_t, running integral of L, scoreError. */
  readonly weights: Float64Array;
  readonly alphas: Float64Array;
  readonly running: Float64Array;
  readonly errors: Float64Array | null;
}

const PANELS = 10;
/** Where the signal at T is 0, rho ends here; the prior is then exact and only the score term is cut. */
const RHO_LIMIT = 1e14;

function slopeProfile(problem: BoundProblem, slope: ScoreSlope): SlopeProfile {
  const { law, process, scoreError } = problem;
  const alphaT = process.alpha(process.T);
  const scale = Math.max(smallestVariance(law), 1e-10);
  const rhoT = Math.min((process.sigma(process.T) / alphaT) ** 2, RHO_LIMIT * scale);
  const half = Math.log1p(rhoT / scale) / PANELS / 2;
  const n = PANELS * NODES;
  const rate = new Float64Array(n);
  const weights = new Float64Array(n);
  const alphas = new Float64Array(n);
  const running = new Float64Array(n);
  const errors = scoreError === undefined ? null : new Float64Array(n);
  let total = 0;
  for (let p = 0; p < PANELS; p++) {
    for (let i = 0; i < NODES; i++) {
      const j = p * NODES + i;
      const w = half * (2 * p + 1 + (PANEL_NODES[i] ?? 0));
      const rho = scale * Math.expm1(w);
      const clock = scale * Math.exp(w);
      const t = process.timeAtLogSnr(-Math.log(rho));
      rate[j] = clock * slope.at(rho);
      weights[j] = half * (PANEL_WEIGHTS[i] ?? 0) * clock;
      alphas[j] = process.alpha(t);
      if (errors !== null) errors[j] = scoreError?.(t) ?? 0;
    }
    runningIntegral(rate, p * NODES, running);
    for (let i = 0; i < NODES; i++) running[p * NODES + i] = total + half * (running[p * NODES + i] ?? 0);
    total += half * panelSum(rate, p * NODES);
  }
  return { total, alphaT, weights, alphas, running, errors };
}

function smallestVariance(law: GaussianMixture): number {
  const d = law.dim;
  let least = Infinity;
  for (let k = 0; k < law.count; k++)
    for (let i = 0; i < d; i++) least = Math.min(least, law.covs[(k * d + i) * d + i] ?? Infinity);
  return least;
}

/** Both parts of one sampler's bound on W2. */
function armBound(profile: SlopeProfile, prior: number, eta: number) {
  const speed = (1 + eta * eta) / 2;
  const contraction = Math.exp(speed * profile.total) / profile.alphaT;
  let score = 0;
  profile.errors?.forEach((error, j) => {
    const survival = Math.exp(speed * (profile.running[j] ?? 0)) * (profile.alphas[j] ?? 0);
    score += speed * (profile.weights[j] ?? 0) * survival * error;
  });
  // An exact start leaves no error, whatever the contraction (which is infinite where the signal at T is 0).
  return { prior: prior === 0 ? 0 : contraction * prior, score, contraction };
}

/** Bound on |E r(X) - E r(X*)| from w >= W2(X, X*), or null without one. */
function gapFromW2(law: GaussianMixture, reward: RewardProgram): ((w: number) => number) | null {
  if (reward.kind === "quadratic") {
    const size = rootNorm(reward.matrix, reward.dim);
    const spread = Math.sqrt(secondMomentAbout(law, reward.matrix, reward.center));
    return (w) => (w === 0 ? 0 : size * w * (2 * spread + size * w));
  }
  const slope = rewardLipschitz(reward);
  return slope === null ? null : (w) => (slope === 0 ? 0 : slope * w);
}

/** sup r - inf r of bounded rewards: no gap exceeds it. */
function rewardRange(reward: RewardProgram): number | null {
  switch (reward.kind) {
    case "ring":
      return 1;
    case "bumps":
      return reward.heights.reduce((sum, h) => sum + Math.abs(h), 0);
    default:
      return null;
  }
}

function sharesOf(terms: BoundTerms, weigh: (w: number) => number): BoundTerms {
  const sde = terms.priorMismatchSde + terms.scoreErrorSde;
  const ode = terms.priorMismatchOde + terms.scoreErrorOde;
  const whole = weigh(sde) + weigh(ode);
  const share = (part: number, arm: number): number =>
    arm > 0 && whole > 0 && Number.isFinite(whole) ? (weigh(arm) / whole) * (part / arm) : 0;
  return {
    priorMismatchSde: share(terms.priorMismatchSde, sde),
    scoreErrorSde: share(terms.scoreErrorSde, sde),
    priorMismatchOde: share(terms.priorMismatchOde, ode),
    scoreErrorOde: share(terms.scoreErrorOde, ode),
  };
}

function assumptionsOf(problem: BoundProblem, slope: ScoreSlope, hasGap: boolean): Assumption[] {
  const { reward, scoreError } = problem;
  return [
    { text: `One-sided Lipschitz score: ${slope.method}.`, holds: slope.finite },
    {
      text:
        reward.kind === "quadratic"
          ? "Quadratic reward: bounded through second moments."
          : hasGap
            ? "Lipschitz or bounded reward."
            : "Lipschitz reward: no constant is known for a formula, so W2 is bounded but not the gap.",
      holds: hasGap,
    },
    {
      text:
        scoreError === undefined
          ? "The model's score is exact."
          : "The model's score error is known in L2 of the target's marginals.",
      holds: true,
    },
    { text: "Continuous time: the error of finitely many steps is not covered.", holds: true },
  ];
}
