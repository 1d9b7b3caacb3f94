/** Plain explanations of the words on the page. `formula` names the card with the mathematics, where there is one. */
export interface GlossaryEntry {
  readonly title: string;
  readonly text: readonly string[];
  readonly formula?: string;
}

export const GLOSSARY = {
  eta: {
    title: "η (eta), stochasticity",
    text: [
      "How much fresh noise the sampler adds while it removes noise. 0 is the deterministic sampler (ODE), 1 the usual stochastic one (reverse SDE, DDPM), and larger values add more.",
      "With a perfect model, many steps and a perfect start, every η gives the same samples. The lab shows what happens when one of these fails.",
    ],
    formula: "reverse-family",
  },
  steps: {
    title: "N, number of steps",
    text: [
      "How many times the model is asked on the way from noise to data. Few steps are cheap but leave a discretisation error, which depends on η.",
      "When N changes, the same seed still gives each particle the same starting noise; the noise of step k stays that of step k.",
    ],
    formula: "gddim-step",
  },
  gap: {
    title: "Reward gap",
    text: [
      "Expected reward of the sampler at η minus that of the deterministic sampler (η = 0), with the same model and the same N. Positive: noise helps.",
      "It is measured on pairs: both samplers start from the same noise, so the error bar is that of the difference.",
    ],
    formula: "gap",
  },
  klWeight: {
    title: "klWeight, strength of the KL penalty",
    text: [
      "Fine-tuning trades reward against staying close to the reference model. A large klWeight keeps the model near the reference; a small one lets it chase the reward.",
      "In the RLHF literature this number is often called β.",
    ],
  },
  readingA: {
    title: "Reading A: score of the tilted law",
    text: [
      "The fine-tuned model is taken to be the exact score of p* ∝ p_ref · exp(reward / klWeight). Then samplers differ only by their start and their steps.",
    ],
  },
  readingB: {
    title: "Reading B: optimal control",
    text: [
      "The model is what an ideal trainer gets by tuning the sampler at one η (that of training) with a KL penalty on whole paths. Sampling it at another η gives another law, except where it was trained at η = 1.",
    ],
  },
  kinds: {
    title: "Exact, bound, asymptotic, heuristic",
    text: [
      "Exact (solid): holds with equality, up to the numerical error shown.",
      "Bound (long dashes, shaded): the true value stays inside, if the assumptions hold.",
      "Asymptotic (dotted): the leading behaviour in a limit.",
      "Heuristic (dash-dot): an approximation without a guarantee.",
      "Points with bars are measured; bars are 95 % confidence intervals.",
    ],
  },
  sampler: {
    title: "Samplers",
    text: [
      "gDDIM works for every η and is exact for a single data point. DDIM with η is the original rule; it refuses large η on large steps.",
      "Euler–Maruyama and Heun integrate the reverse equation directly and show why gDDIM matters.",
    ],
    formula: "gddim-step",
  },
  process: {
    title: "Process",
    text: [
      "How data turn into noise: x_t = α_t x_0 + σ_t ε. VE only adds noise, VP also shrinks the data, rectified flow moves on straight lines; the contractive ones expand forwards, so that sampling contracts.",
    ],
  },
  grid: {
    title: "Time grid",
    text: [
      "Where the N steps lie between T (noise) and 0 (data). Steps that crowd near 0 resolve fine detail; even steps waste effort where little happens.",
    ],
  },
  schedule: {
    title: "η schedule",
    text: [
      "η may change along the path: η_k = η × weight_k. A window of stochastic steps among deterministic ones is what mixed ODE–SDE training uses.",
    ],
  },
  target: {
    title: "Target",
    text: [
      "Which model is sampled: the reference itself, or one fine-tuned towards the reward, by reading A or reading B.",
    ],
  },
  particles: {
    title: "Particles",
    text: [
      "Number of samples per sampler. Error bars shrink with its square root: four times as many halve them.",
    ],
  },
  seed: {
    title: "Seed",
    text: [
      "The same seed gives the same random numbers on every engine, and bit for bit the same result on one device. The lock keeps it when you load a preset.",
    ],
  },
  distilled: {
    title: "Student and teacher",
    text: [
      "The teacher is an ordinary diffusion model: it needs many steps, each asking the network twice when guided. The student was trained to do the same in one to eight steps, and then trained further against real glyphs.",
      "η = 0 with few steps is the sampler that the student was published with. A large η starts each step again from x0Hat with fresh noise, which is multistep consistency sampling.",
    ],
  },
  guidance: {
    title: "Guidance scale",
    text: [
      "How strongly the prompt pulls: the network’s answer with the prompt is pushed away from its answer with the negative prompt (or with none). 1 means no push; large values follow the prompt more and vary less.",
    ],
  },
  completion: {
    title: "What the prompt leaves open",
    text: [
      "Decided by the network: it draws short prompts more alike than the data are, since it was distilled under guidance.",
      "Drawn for each image: before anything is drawn, open attributes are filled in as often as they come together in the training glyphs, from the seed and the image’s number, so that both samplers share them. Rewards judge by the prompt as it was asked.",
    ],
  },
  diversity: {
    title: "Diversity",
    text: [
      "Root mean square difference between two images of a row, averaged over separate pairs of them; colours run from −1 to 1. A sampler that always draws the same image has diversity 0.",
    ],
  },
  bic: {
    title: "Points as a mixture",
    text: [
      "Your points are fitted by a mixture of Gaussians (EM), with the number of components chosen by BIC. That keeps the model's score exact, so every difference you see comes from the sampler.",
    ],
  },
} as const satisfies Record<string, GlossaryEntry>;

export type Term = keyof typeof GLOSSARY;
