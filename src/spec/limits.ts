/**
 * The range of every number of a specification, in one table: the schema, the error messages, the controls and the
 * documentation read it. Wide on purpose; where a combination makes no sense, `consistency.ts` says so.
 */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export const LIMITS = {
  /** Dimension of x for Gaussian laws; mixtures, shapes and points live in 1 or 2. */
  dim: { min: 1, max: 64 },
  components: { min: 1, max: 64 },
  /** Points of a fit, on the page and on the command line. */
  points: { min: 10, max: 200_000 },
  bumps: { min: 1, max: 16 },
  /** Any coordinate of a mean, centre or point, data units. */
  coordinate: { min: -1e6, max: 1e6 },
  /** Any entry of a covariance, data units squared. */
  covariance: { min: -1e6, max: 1e6 },
  variance: { min: 0, max: 1e6 },
  weight: { min: 1e-12, max: 1e6 },
  shapeNoise: { min: 0, max: 10 },
  T: { min: 1e-3, max: 1e5 },
  beta: { min: 0, max: 400 },
  cosineOffset: { min: 1e-4, max: 1 },
  theta: { min: 1e-3, max: 20 },
  noise: { min: 1e-3, max: 1e3 },
  eta: { min: 0, max: 50 },
  steps: { min: 1, max: 1000 },
  power: { min: 0.1, max: 20 },
  rho: { min: 0.1, max: 100 },
  timeFloor: { min: 1e-9, max: 1e5 },
  scheduleWeight: { min: 0, max: 50 },
  /** Entries of an eta schedule. */
  scheduleLength: { min: 1, max: 64 },
  /** Entries of each sweep list. */
  sweep: { min: 1, max: 32 },
  rewardCoefficient: { min: -1e6, max: 1e6 },
  width: { min: 1e-3, max: 1e6 },
  radius: { min: 0, max: 1e6 },
  formulaLength: { min: 1, max: 300 },
  nameLength: { min: 0, max: 80 },
  klWeight: { min: 1e-6, max: 1e6 },
  particles: { min: 2, max: 10_000_000 },
  seed: { min: 0, max: 4_294_967_295 },
} as const satisfies Record<string, Range>;

/** Growth of e^{theta T} or e^{B(T)/2} that single precision still carries with room to spare. */
export const MAX_CONTRACTION = 40;
