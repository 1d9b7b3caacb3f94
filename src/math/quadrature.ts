/** Integration in one dimension: Gauss rules and an adaptive rule with an error estimate. */
import { symmetricEigen } from "./linear-algebra.ts";

/** A rule: integral of weight times f is about sum_i weights[i] f(nodes[i]); nodes ascend. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * n-point rule for the standard normal weight, 1 <= n <= 256: E f(Z) = sum w f(x), exact for polynomials of degree 2n - 1.
 * Nodes are eigenvalues of the Jacobi matrix [Golub69], weights 1 / sum_k p_k(x)^2 with orthonormal Hermite p_k.
 */
export function gaussHermite(n: number): QuadratureRule {
  requireCount("gaussHermite", n, 256);
  const jacobi = new Float64Array(n * n);
  for (let k = 1; k < n; k++) jacobi[k * n + k - 1] = jacobi[(k - 1) * n + k] = Math.sqrt(k);
  const nodes = symmetricEigen(jacobi, n).values.sort();
  return { nodes, weights: nodes.map((x) => 1 / hermitePower(n, x)) };
}

/** sum_{k < n} p_k(x)^2 for the orthonormal Hermite polynomials of the standard normal. */
function hermitePower(n: number, x: number): number {
  let previous = 0;
  let current = 1;
  let sum = 1;
  for (let k = 1; k < n; k++) {
    const next = (x * current - Math.sqrt(k - 1) * previous) / Math.sqrt(k);
    previous = current;
    current = next;
    sum += next * next;
  }
  return sum;
}

/** n-point Gauss-Legendre rule on [-1, 1], 1 <= n <= 10000; exact for polynomials of degree 2n - 1. Newton's method on P_n. */
export function gaussLegendre(n: number): QuadratureRule {
  requireCount("gaussLegendre", n, 10000);
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < Math.ceil(n / 2); i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let sweep = 0; sweep < 10; sweep++) {
      const { value, slope } = legendre(n, x);
      x -= value / slope;
      if (Math.abs(value / slope) < 1e-15) break;
    }
    if (2 * i + 1 === n) x = 0;
    const weight = 2 / ((1 - x * x) * legendre(n, x).slope ** 2);
    nodes[n - 1 - i] = x;
    nodes[i] = -x;
    weights[i] = weights[n - 1 - i] = weight;
  }
  return { nodes, weights };
}

/** P_n(x) and its derivative, |x| < 1. */
function legendre(n: number, x: number): { value: number; slope: number } {
  let previous = 0;
  let value = 1;
  for (let k = 1; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
    previous = value;
    value = next;
  }
  return { value, slope: (n * (previous - x * value)) / (1 - x * x) };
}

function requireCount(where: string, n: number, most: number): void {
  if (!(Number.isInteger(n) && n >= 1 && n <= most))
    throw new RangeError(`${where}: n must be a whole number from 1 to ${most}, got ${n}; choose n in range`);
}

/** Positive nodes of the 15-point Kronrod rule and its weights, last the node 0; odd places carry the 7-point Gauss rule [Piessens83]. */
const KRONROD_NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.2077849550078985, 0,
];
const KRONROD_WEIGHTS = [
  0.02293532201052922, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const GAUSS_WEIGHTS = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

interface Piece {
  readonly a: number;
  readonly b: number;
  readonly value: number;
  readonly error: number;
}

/**
 * Integral of f over [a, b] with its estimated absolute error, by bisecting the worst piece of an adaptive 7-15
 * Gauss-Kronrod rule until the error is below `tolerance` (absolute) or 1e-14 of the integral of |pieces|, or 400 pieces are spent (the
 * error then says what was reached). Either end may be infinite.
 */
export function integrate(
  f: (x: number) => number,
  a: number,
  b: number,
  tolerance = 1e-10,
): { value: number; error: number } {
  if (a === b) return { value: 0, error: 0 };
  if (a > b) {
    const { value, error } = integrate(f, b, a, tolerance);
    return { value: -value, error };
  }
  if (!Number.isFinite(a) || !Number.isFinite(b)) return integrateInfinite(f, a, b, tolerance);
  let pieces = [kronrod(f, a, b)];
  for (;;) {
    const error = pieces.reduce((sum, piece) => sum + piece.error, 0);
    const scale = pieces.reduce((sum, piece) => sum + Math.abs(piece.value), 0);
    if (error <= Math.max(tolerance, 1e-14 * scale) || pieces.length >= 400 || !Number.isFinite(error))
      return { value: pieces.reduce((sum, piece) => sum + piece.value, 0), error };
    const worst = pieces.reduce((w, piece) => (piece.error > w.error ? piece : w));
    const middle = (worst.a + worst.b) / 2;
    pieces = pieces.filter((piece) => piece !== worst);
    pieces.push(kronrod(f, worst.a, middle), kronrod(f, middle, worst.b));
  }
}

/** Maps an infinite range to a finite one: x = u/(1 - u^2) on the line, x = a + u/(1 - u) on a half line. */
function integrateInfinite(f: (x: number) => number, a: number, b: number, tolerance: number) {
  const guard = (value: number, jacobian: number): number => (value === 0 ? 0 : value * jacobian);
  if (Number.isFinite(a))
    return integrate((u) => guard(f(a + u / (1 - u)), 1 / (1 - u) ** 2), 0, 1, tolerance);
  if (Number.isFinite(b))
    return integrate((u) => guard(f(b - u / (1 - u)), 1 / (1 - u) ** 2), 0, 1, tolerance);
  const line = (u: number): number => guard(f(u / (1 - u * u)), (1 + u * u) / (1 - u * u) ** 2);
  return integrate(line, -1, 1, tolerance);
}

function kronrod(f: (x: number) => number, a: number, b: number): Piece {
  const center = (a + b) / 2;
  const half = (b - a) / 2;
  let value = 0;
  let gauss = 0;
  KRONROD_NODES.forEach((node, i) => {
    const pair = node === 0 ? f(center) : f(center - half * node) + f(center + half * node);
    value += (KRONROD_WEIGHTS[i] ?? 0) * pair;
    if (i % 2 === 1) gauss += (GAUSS_WEIGHTS[(i - 1) / 2] ?? 0) * pair;
  });
  return { a, b, value: half * value, error: Math.abs(half * (value - gauss)) };
}
