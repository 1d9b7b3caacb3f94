/**
 * The formula cards shown wherever the lab shows a theoretical number: what it says, how sure it is, what it assumes and
 * where it comes from. TeX is KaTeX's dialect. Results marked "own derivation" are proved in docs beside the code.
 */
import type { TheoryKind } from "./kind.ts";
import type { ReferenceKey } from "./references.ts";

export interface FormulaCard {
  readonly title: string;
  readonly kind: TheoryKind;
  /** KaTeX, display style. */
  readonly tex: string;
  /** One plain sentence. */
  readonly words: string;
  readonly assumptions: readonly string[];
  /** The work the formula is taken from or builds on. */
  readonly reference: ReferenceKey;
  /** True if the statement itself is derived here, building on the reference. */
  readonly own: boolean;
}

/** All cards, by the id that a chart series names in its `formula` field. */
export const FORMULAS = {
  "reverse-family": {
    title: "The family of samplers",
    kind: "exact",
    tex: String.raw`\mathrm dY=\Big[-fY+\tfrac{1+\eta^2}{2}\,g^2\,\nabla\log p_t(Y)\Big]\mathrm dt+\eta\,g\,\mathrm dW,\qquad t:T\to0`,
    words:
      "Every eta runs through the same marginal laws when it starts from the exact noised law with the exact score; eta = 0 is the probability-flow ODE, eta = 1 the reverse SDE.",
    assumptions: ["exact score", "start from the exact law at time T", "continuous time"],
    reference: "Song21-SDE",
    own: false,
  },
  "gddim-step": {
    title: "One gDDIM step",
    kind: "exact",
    tex: String.raw`x_s=\alpha_s\hat x_0+\sigma_s\big(q\,\hat\varepsilon+\sqrt{1-q^2}\,z\big),\qquad q=\Big(\frac{\sigma_s\alpha_t}{\sigma_t\alpha_s}\Big)^{\eta^2}`,
    words: "One step of the sampler keeps the share q of the predicted noise and draws the rest afresh.",
    assumptions: ["exact when the data are a single point", "any eta >= 0"],
    reference: "Zhang22",
    own: false,
  },
  gap: {
    title: "Reward gap",
    kind: "exact",
    tex: String.raw`\mathrm{gap}(\eta)=\mathbb E\,r\big(X^{(\eta)}\big)-\mathbb E\,r\big(X^{(0)}\big)`,
    words:
      "Expected reward of the stochastic sampler minus that of the deterministic one, with the same model and step count.",
    assumptions: [],
    reference: "Sheng25",
    own: false,
  },
  "gaussian-continuous": {
    title: "Gaussian data, continuous time",
    kind: "exact",
    tex: String.raw`\begin{gathered}\rho_\eta=\alpha_T^{\eta^2}\Big(\frac{\lambda}{V_T}\Big)^{\frac{1+\eta^2}{2}},\quad V_t=\alpha_t^2\lambda+\sigma_t^2\\ \text{mean}=\mu-\rho_\eta\alpha_T\mu,\qquad \text{var}=\lambda+\rho_\eta^2(v_T-V_T)\end{gathered}`,
    words:
      "Along each principal axis the sampler forgets its wrong start by the factor rho, which is smaller the larger eta is.",
    assumptions: [
      "Gaussian model law with exact score",
      "continuous time (N to infinity)",
      "prior N(0, v_T)",
    ],
    reference: "Sheng25",
    own: true,
  },
  "gaussian-steps": {
    title: "Gaussian data, N steps",
    kind: "exact",
    tex: String.raw`\begin{gathered}c_k=\frac{\alpha_s\alpha_t\lambda+\sigma_s\sigma_t q_k}{V_t}\\ e\leftarrow c_k e,\qquad v\leftarrow c_k^2 v+\sigma_s^2(1-q_k^2)\end{gathered}`,
    words:
      "Mean error and variance after each of the N steps of the sampler that really runs, discretisation included; written here for gDDIM.",
    assumptions: ["Gaussian model law with exact score", "a sampler linear in (x, x0Hat, z)"],
    reference: "Zhang22",
    own: true,
  },
  discretisation: {
    title: "Discretisation part of the gap",
    kind: "exact",
    tex: String.raw`\mathrm{gap}_N(\eta)=\mathrm{gap}_\infty(\eta)+\underbrace{\big(\mathrm{gap}_N(\eta)-\mathrm{gap}_\infty(\eta)\big)}_{\text{discretisation}}`,
    words: "The gap at N steps is the continuous-time gap plus what the finite steps add.",
    assumptions: ["both parts known exactly or to a shown numerical error"],
    reference: "Sheng25",
    own: true,
  },
  "mixture-steps": {
    title: "Mixture of Gaussians, N steps",
    kind: "exact",
    tex: String.raw`p_{s}(y)=\int p_t(x)\,\mathcal N\big(y;\;c_x x+c_0\,\hat x_0(x,t),\;c_z^2\big)\,\mathrm dx`,
    words:
      "The density is pushed through the N Gaussian kernels of the sampler by quadrature; exact up to the quadrature error shown.",
    assumptions: ["1-D mixture, or a product of 1-D mixtures up to a rotation", "exact score"],
    reference: "Zhang22",
    own: true,
  },
  "mixture-continuous": {
    title: "Mixture of Gaussians, continuous time",
    kind: "exact",
    tex: String.raw`\lim_{N\to\infty}\mathbb E\,f(X_N)\approx\tfrac13 A_{N}-2A_{2N}+\tfrac83A_{4N}`,
    words:
      "The N-step answer for N, 2N and 4N steps, extrapolated to infinitely many; the error shown is the last correction.",
    assumptions: ["error in powers of 1/N (first-order sampler)", "1-D mixture or product of such"],
    reference: "Zhang22",
    own: true,
  },
  "tilt-gaussian": {
    title: "Tilted law of a Gaussian",
    kind: "exact",
    tex: String.raw`\begin{gathered}p^*\propto p_{\mathrm{ref}}\,e^{r/\beta},\qquad r=-(x-c)^\top A(x-c)\\ \Sigma_*^{-1}=\Sigma^{-1}+\tfrac2\beta A,\qquad m_*=m+\tfrac2\beta\Sigma_*A(c-m)\end{gathered}`,
    words:
      "KL-regularised fine-tuning with weight beta moves a Gaussian towards the reward's centre and narrows it.",
    assumptions: ["quadratic or linear reward", "the optimum is reached"],
    reference: "Uehara24",
    own: false,
  },
  "tilt-mixture": {
    title: "Tilted law of a mixture",
    kind: "exact",
    tex: String.raw`w_k^*\propto w_k\,\big|I+\tfrac2\beta A\Sigma_k\big|^{-1/2}\exp\!\Big(-\tfrac1\beta(m_k-c)^\top A\big(I+\tfrac2\beta\Sigma_kA\big)^{-1}(m_k-c)\Big)`,
    words: "Each component is tilted like a Gaussian and reweighted by its own expected exponential reward.",
    assumptions: ["quadratic or linear reward", "the optimum is reached"],
    reference: "Uehara24",
    own: true,
  },
  "tilt-heuristic": {
    title: "Tilted law, fitted",
    kind: "heuristic",
    tex: String.raw`p^*\propto p_{\mathrm{ref}}\,e^{r/\beta}\;\approx\;\sum_k w_k\,\mathcal N(m_k,\Sigma_k)`,
    words:
      "For this reward the tilted law is no mixture of Gaussians; it is replaced by a fitted one, and the total-variation distance between the two is shown.",
    assumptions: ["the fit is close enough: see its total-variation distance"],
    reference: "Uehara24",
    own: true,
  },
  control: {
    title: "KL-optimal control (reading B)",
    kind: "exact",
    tex: String.raw`\begin{gathered}h(t,x)=\mathbb E_{\mathrm{ref}}\big[e^{r(X_0)/\beta}\mid X_t=x\big]\\ s_\theta=s_{\mathrm{ref}}+\frac{2\eta_{\mathrm{train}}^2}{1+\eta_{\mathrm{train}}^2}\nabla\log h,\quad \nabla\log h=-2R^\top K(I+2VK)^{-1}(m(x)-c)\end{gathered}`,
    words:
      "The network that realises the best policy of the training sampler against a path KL; it is the score of the tilted law only at eta_train = 1.",
    assumptions: [
      "Gaussian reference (any law at eta_train = 1)",
      "quadratic or linear reward",
      "the optimum is reached",
    ],
    reference: "Uehara24",
    own: true,
  },
  "control-continuous": {
    title: "Sampling the controlled model, continuous time",
    kind: "exact",
    tex: String.raw`\mathrm dY=\Big[-fY+\tfrac{1+\eta^2}{2}g^2 s_\theta(Y,t)\Big]\mathrm dt+\eta\,g\,\mathrm dW`,
    words:
      "With a Gaussian reference this is a linear SDE, so its mean and covariance are exact; ODE and SDE agree only at eta_train = 1.",
    assumptions: ["Gaussian reference", "quadratic or linear reward", "continuous time"],
    reference: "Sheng25",
    own: true,
  },
  "control-steps": {
    title: "Sampling the controlled model, N steps",
    kind: "exact",
    tex: String.raw`\begin{gathered}\hat x_0=Mx+b\\ m\leftarrow(c_xI+c_0M)m+c_0b,\qquad C\leftarrow(c_xI+c_0M)C(c_xI+c_0M)^\top+c_z^2I\end{gathered}`,
    words: "The controlled model predicts linearly in x, so every step maps mean and covariance exactly.",
    assumptions: ["Gaussian reference", "quadratic or linear reward"],
    reference: "Zhang22",
    own: true,
  },
  "w2-bound": {
    title: "Bound on the sampler's error",
    kind: "bound",
    tex: String.raw`\begin{gathered}K_\eta(t)=\exp\int_0^t\Big[-f+\tfrac{1+\eta^2}{2}g^2L\Big]\mathrm du\\ W_2\le K_\eta(T)\,W_2(\mathrm{prior},p_T)+\tfrac{1+\eta^2}{2}\int_0^T g^2K_\eta\,\epsilon_{\mathrm{score}}\,\mathrm dt\end{gathered}`,
    words:
      "Two copies of the sampler on the same noise, one started from the prior and one from the exact law, come together at a rate set by the score's steepest slope L.",
    assumptions: ["one-sided Lipschitz score, constant L(t)", "continuous time (N to infinity)"],
    reference: "Sheng25",
    own: true,
  },
  "gap-bound": {
    title: "Bound on the reward gap",
    kind: "bound",
    tex: String.raw`|\mathrm{gap}|\le\mathrm{Lip}(r)\,(w_\eta+w_0);\quad r=-\|B(x-c)\|^2:\ \sum_{\eta,0}\|B\|w\,\big(2\|B(X^*-c)\|_{L^2}+\|B\|w\big)`,
    words:
      "The reward cannot differ by more than its steepest slope times how far both samplers are from the target.",
    assumptions: ["the bound on W2 holds for both samplers", "Lipschitz or quadratic reward"],
    reference: "Sheng25",
    own: true,
  },
  "rate-power": {
    title: "Decay with the end time (variance exploding)",
    kind: "asymptotic",
    tex: String.raw`\mathrm{gap}\sim C\,T^{-1}\ \text{(mean term)},\qquad C\,T^{-2}\ \text{(centred)}`,
    words: "The gap falls like 1/T, or like 1/T squared where the mean's contribution vanishes.",
    assumptions: ["T large", "eta > 0 fixed", "continuous time"],
    reference: "Sheng25",
    own: true,
  },
  "rate-exponential": {
    title: "Decay with the integrated noise rate (variance preserving)",
    kind: "asymptotic",
    tex: String.raw`\mathrm{gap}\sim C\,e^{-B(T)/2}\ \text{(mean term)},\qquad C\,e^{-B(T)}\ \text{(centred)}`,
    words: "The gap falls exponentially in B(T), at half the rate where the mean contributes.",
    assumptions: ["B(T) large", "eta > 0 fixed", "continuous time"],
    reference: "Sheng25",
    own: true,
  },
  "rate-none": {
    title: "No decay with the end time",
    kind: "asymptotic",
    tex: String.raw`\sigma_T/\alpha_T\to\text{const}\ \Rightarrow\ \mathrm{gap}\to\text{const}`,
    words:
      "The forward process keeps its signal, so the mismatch between prior and noised law does not vanish with T.",
    assumptions: ["T large", "continuous time"],
    reference: "Tang24",
    own: true,
  },
} as const satisfies Readonly<Record<string, FormulaCard>>;

export type FormulaId = keyof typeof FORMULAS;

/** The card of an id, or null where there is none (a series from elsewhere). */
export function formulaCard(id: string): FormulaCard | null {
  return Object.hasOwn(FORMULAS, id) ? FORMULAS[id as FormulaId] : null;
}
