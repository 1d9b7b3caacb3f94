/** The lab's only bibliography. Code, shaders and the page cite an entry as [Key]; a test keeps both directions true. */

export interface Reference {
  readonly authors: string;
  readonly title: string;
  readonly year: number;
  readonly link: string;
}

/** Every work cited, by key. Preprints carry the year of their first version. */
export const REFERENCES = {
  Sheng25: {
    authors: "Sheng, Zhao, Chen, Yao, Tang",
    title: "Understanding Sampler Stochasticity in Training Diffusion Models for RLHF",
    year: 2025,
    link: "https://arxiv.org/abs/2510.10767",
  },
  Zhang22: {
    authors: "Zhang, Tao, Chen",
    title: "gDDIM: Generalized denoising diffusion implicit models",
    year: 2022,
    link: "https://arxiv.org/abs/2206.05564",
  },
  "Song21-DDIM": {
    authors: "Song, Meng, Ermon",
    title: "Denoising Diffusion Implicit Models",
    year: 2021,
    link: "https://arxiv.org/abs/2010.02502",
  },
  "Song21-SDE": {
    authors: "Song, Sohl-Dickstein, Kingma, Kumar, Ermon, Poole",
    title: "Score-Based Generative Modeling through Stochastic Differential Equations",
    year: 2021,
    link: "https://arxiv.org/abs/2011.13456",
  },
  Karras22: {
    authors: "Karras, Aittala, Aila, Laine",
    title: "Elucidating the Design Space of Diffusion-Based Generative Models",
    year: 2022,
    link: "https://arxiv.org/abs/2206.00364",
  },
  Nichol21: {
    authors: "Nichol, Dhariwal",
    title: "Improved Denoising Diffusion Probabilistic Models",
    year: 2021,
    link: "https://arxiv.org/abs/2102.09672",
  },
  Liu23: {
    authors: "Liu, Gong, Liu",
    title: "Flow Straight and Fast: Learning to Generate and Transfer Data with Rectified Flow",
    year: 2022,
    link: "https://arxiv.org/abs/2209.03003",
  },
  Tang24: {
    authors: "Tang, Zhao",
    title: "Contractive Diffusion Probabilistic Models",
    year: 2024,
    link: "https://arxiv.org/abs/2401.13115",
  },
  Uehara24: {
    authors: "Uehara, Zhao, Black, Hajiramezanali, Scalia, Diamant, Tseng, Biancalani, Levine",
    title: "Fine-Tuning of Continuous-Time Diffusion Models as Entropy-Regularized Control",
    year: 2024,
    link: "https://arxiv.org/abs/2402.15194",
  },
  Fan23: {
    authors: "Fan, Watkins, Du, Liu, Ryu, Boutilier, Abbeel, Ghavamzadeh, K. Lee, K. Lee",
    title: "DPOK: Reinforcement Learning for Fine-tuning Text-to-Image Diffusion Models",
    year: 2023,
    link: "https://arxiv.org/abs/2305.16381",
  },
  Gelbrich90: {
    authors: "Gelbrich",
    title: "On a Formula for the L2 Wasserstein Metric between Measures on Euclidean and Hilbert Spaces",
    year: 1990,
    link: "https://doi.org/10.1002/mana.19901470121",
  },
  Talagrand96: {
    authors: "Talagrand",
    title: "Transportation cost for Gaussian and other product measures",
    year: 1996,
    link: "https://doi.org/10.1007/BF02249265",
  },
  Salmon11: {
    authors: "Salmon, Moraes, Dror, Shaw",
    title: "Parallel random numbers: as easy as 1, 2, 3",
    year: 2011,
    link: "https://doi.org/10.1145/2063384.2063405",
  },
  Li25: {
    authors: "Li, Cui, Huang, Ma, Fan, Cheng, Yang, Zhong, Bo",
    title: "MixGRPO: Unlocking Flow-based GRPO Efficiency with Mixed ODE-SDE",
    year: 2025,
    link: "https://arxiv.org/abs/2507.21802",
  },
  Kloeden92: {
    authors: "Kloeden, Platen",
    title: "Numerical Solution of Stochastic Differential Equations",
    year: 1992,
    link: "https://doi.org/10.1007/978-3-662-12616-5",
  },
  Dempster77: {
    authors: "Dempster, Laird, Rubin",
    title: "Maximum Likelihood from Incomplete Data via the EM Algorithm",
    year: 1977,
    link: "https://doi.org/10.1111/j.2517-6161.1977.tb01600.x",
  },
  Schwarz78: {
    authors: "Schwarz",
    title: "Estimating the Dimension of a Model",
    year: 1978,
    link: "https://doi.org/10.1214/aos/1176344136",
  },
  Arthur07: {
    authors: "Arthur, Vassilvitskii",
    title: "k-means++: The Advantages of Careful Seeding",
    year: 2007,
    link: "https://dl.acm.org/doi/10.5555/1283383.1283494",
  },
  Golub69: {
    authors: "Golub, Welsch",
    title: "Calculation of Gauss Quadrature Rules",
    year: 1969,
    link: "https://doi.org/10.1090/S0025-5718-69-99647-1",
  },
  Piessens83: {
    authors: "Piessens, de Doncker-Kapenga, Überhuber, Kahaner",
    title: "QUADPACK: A Subroutine Package for Automatic Integration",
    year: 1983,
    link: "https://doi.org/10.1007/978-3-642-61786-7",
  },
  Abramowitz64: {
    authors: "Abramowitz, Stegun",
    title: "Handbook of Mathematical Functions",
    year: 1964,
    link: "https://dlmf.nist.gov",
  },
  Song23: {
    authors: "Song, Dhariwal, Chen, Sutskever",
    title: "Consistency Models",
    year: 2023,
    link: "https://arxiv.org/abs/2303.01469",
  },
  Ho22: {
    authors: "Ho, Salimans",
    title: "Classifier-Free Diffusion Guidance",
    year: 2022,
    link: "https://arxiv.org/abs/2207.12598",
  },
  Hu21: {
    authors: "Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang, Chen",
    title: "LoRA: Low-Rank Adaptation of Large Language Models",
    year: 2021,
    link: "https://arxiv.org/abs/2106.09685",
  },
  Black23: {
    authors: "Black, Janner, Du, Kostrikov, Levine",
    title: "Training Diffusion Models with Reinforcement Learning",
    year: 2023,
    link: "https://arxiv.org/abs/2305.13301",
  },
  Hasler03: {
    authors: "Hasler, Suesstrunk",
    title: "Measuring colourfulness in natural images",
    year: 2003,
    link: "https://doi.org/10.1117/12.477378",
  },
  WCAG22: {
    authors: "World Wide Web Consortium",
    title: "Web Content Accessibility Guidelines (WCAG) 2.2",
    year: 2023,
    link: "https://www.w3.org/TR/WCAG22/",
  },
  Rudin92: {
    authors: "Rudin, Osher, Fatemi",
    title: "Nonlinear total variation based noise removal algorithms",
    year: 1992,
    link: "https://doi.org/10.1016/0167-2789(92)90242-F",
  },
  JPEG92: {
    authors: "International Telecommunication Union",
    title: "Recommendation T.81: Digital compression and coding of continuous-tone still images",
    year: 1992,
    link: "https://www.w3.org/Graphics/JPEG/itu-t81.pdf",
  },
  Loeffler89: {
    authors: "Loeffler, Ligtenberg, Moschytz",
    title: "Practical fast 1-D DCT algorithms with 11 multiplications",
    year: 1989,
    link: "https://doi.org/10.1109/ICASSP.1989.266596",
  },
  Bradley52: {
    authors: "Bradley, Terry",
    title: "Rank Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons",
    year: 1952,
    link: "https://doi.org/10.1093/biomet/39.3-4.324",
  },
  Betker23: {
    authors: "Betker, Goh, Jing, Brooks, Wang, Li, Ouyang, et al.",
    title: "Improving Image Generation with Better Captions",
    year: 2023,
    link: "https://cdn.openai.com/papers/dall-e-3.pdf",
  },
  Wilson27: {
    authors: "Wilson, E. B.",
    title: "Probable Inference, the Law of Succession, and Statistical Inference",
    year: 1927,
    link: "https://doi.org/10.1080/01621459.1927.10502953",
  },
  Lu22: {
    authors: "Lu, Zhou, Bao, Chen, Li, Zhu",
    title: "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models",
    year: 2022,
    link: "https://arxiv.org/abs/2211.01095",
  },
  Schulman17: {
    authors: "Schulman, Wolski, Dhariwal, Radford, Klimov",
    title: "Proximal Policy Optimization Algorithms",
    year: 2017,
    link: "https://arxiv.org/abs/1707.06347",
  },
  Lee23: {
    authors: "Lee, Liu, Ryu, Watkins, Du, Boutilier, Abbeel, Ghavamzadeh, Gu",
    title: "Aligning Text-to-Image Models using Human Feedback",
    year: 2023,
    link: "https://arxiv.org/abs/2302.12192",
  },
  Clark24: {
    authors: "Clark, Vicol, Swersky, Fleet",
    title: "Directly Fine-Tuning Diffusion Models on Differentiable Rewards",
    year: 2024,
    link: "https://arxiv.org/abs/2309.17400",
  },
  Zhang24: {
    authors: "Zhang, Shen, Zhang, Ye, Luo, Shi, Shan, Du, Tao",
    title: "Aligning Few-Step Diffusion Models with Dense Reward Difference Learning",
    year: 2024,
    link: "https://arxiv.org/abs/2411.11727",
  },
  Liu25: {
    authors: "Liu, Liu, Liang, Li, Liu, Wang, Wan, Zhang, Ouyang",
    title: "Flow-GRPO: Training Flow Matching Models via Online RL",
    year: 2025,
    link: "https://arxiv.org/abs/2505.05470",
  },
  Xue25: {
    authors: "Xue, Wu, Gao, Kong, Zhu, Chen, Liu, Liu, Guo, Huang, Luo",
    title: "DanceGRPO: Unleashing GRPO on Visual Generation",
    year: 2025,
    link: "https://arxiv.org/abs/2505.07818",
  },
  Ho20: {
    authors: "Ho, Jain, Abbeel",
    title: "Denoising Diffusion Probabilistic Models",
    year: 2020,
    link: "https://arxiv.org/abs/2006.11239",
  },
  Kingma21: {
    authors: "Kingma, Salimans, Poole, Ho",
    title: "Variational Diffusion Models",
    year: 2021,
    link: "https://arxiv.org/abs/2107.00630",
  },
  Salimans22: {
    authors: "Salimans, Ho",
    title: "Progressive Distillation for Fast Sampling of Diffusion Models",
    year: 2022,
    link: "https://arxiv.org/abs/2202.00512",
  },
  Loshchilov19: {
    authors: "Loshchilov, Hutter",
    title: "Decoupled Weight Decay Regularization",
    year: 2019,
    link: "https://arxiv.org/abs/1711.05101",
  },
} as const satisfies Readonly<Record<string, Reference>>;

export type ReferenceKey = keyof typeof REFERENCES;
