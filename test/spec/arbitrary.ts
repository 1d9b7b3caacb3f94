/** Random valid specifications, and random specifications that the page could make (rounded, and of its sizes). */
import fc from "fast-check";
import { LIMITS } from "../../src/spec/limits.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";

type Json = Readonly<Record<string, unknown>>;

const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map((v) => (v === 0 ? 0 : v));
const integer = (min: number, max: number) => fc.integer({ min, max });
/** Numbers as dragging, typing and fits make them: of ordinary size, with all their digits. */
const natural = (min: number, max: number) =>
  fc.integer({ min: 0, max: 999_999_937 }).map((i) => min + ((max - min) * i) / 999_999_937);
const coordinate = fc.oneof(number(-5, 5), number(-1e6, 1e6), integer(-9, 9));
const maybe = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((v): Json => (v === undefined ? {} : { [key]: v }));

/** A positive semi-definite matrix b b' (singular where a column of b is 0). */
function semiDefinite(d: number): fc.Arbitrary<number[][]> {
  return fc
    .array(fc.oneof(number(-2, 2), fc.constant(0)), { minLength: d * d, maxLength: d * d })
    .map((b) => {
      const entry = (i: number, j: number) => {
        let sum = 0;
        for (let k = 0; k < d; k++) sum += (b[i * d + k] ?? 0) * (b[j * d + k] ?? 0);
        return sum;
      };
      return Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => entry(i, j)));
    });
}

function vector(d: number, entry: fc.Arbitrary<number> = coordinate): fc.Arbitrary<number[]> {
  return fc.array(entry, { minLength: d, maxLength: d });
}

function component(d: number): fc.Arbitrary<Json> {
  return fc.record({
    weight: number(LIMITS.weight.min, 10),
    mean: vector(d),
    cov: semiDefinite(d),
  });
}

function covariance(d: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    ...(d <= 4 ? [semiDefinite(d)] : []),
    fc.record({ kind: fc.constant("isotropic"), variance: number(0, 10) }),
    fc.record({ kind: fc.constant("diagonal"), variances: vector(d, number(0, 10)) }),
    fc.record({
      kind: fc.constant("exponential"),
      variance: number(0, 10),
      correlation: number(-0.99, 0.99),
    }),
  );
}

const gaussian = fc
  .oneof(integer(1, 3), integer(4, 64))
  .chain((d) => fc.record({ kind: fc.constant("gaussian"), mean: vector(d), cov: covariance(d) }));
const componentList = (most: number) =>
  integer(1, 2).chain((d) => fc.array(component(d), { minLength: 1, maxLength: most }));
const points = fc
  .tuple(
    componentList(12),
    maybe("count", integer(1, 1e6)),
    maybe("maxComponents", integer(1, 64)),
    maybe("name", fc.string({ maxLength: 20 })),
  )
  .map(([components, ...rest]): Json => Object.assign({ kind: "points", components }, ...rest));
const model = fc.oneof(
  gaussian,
  componentList(12).map((components) => ({ kind: "mixture", components })),
  fc.record({
    kind: fc.constant("shape"),
    shape: fc.constantFrom("moons", "spirals", "rings", "checkerboard"),
    noise: number(0, 2),
  }),
  points,
);

const beta = fc.oneof(
  fc.tuple(number(0, 5), number(0.01, 30)).map(([min, width]) => ({ kind: "linear", min, max: min + width })),
  fc.record({ kind: fc.constant("constant"), value: number(0.01, 40) }),
  fc.record({ kind: fc.constant("cosine"), offset: number(0.001, 0.1) }),
);
const unitTime = number(0.01, 1);
const process = fc.oneof(
  fc.record({ kind: fc.constant("ve"), T: number(0.01, 1e4) }),
  fc.record({ kind: fc.constantFrom("vp", "sub-vp"), beta, T: unitTime }),
  fc.record({ kind: fc.constant("flow"), T: unitTime }),
  fc.record({
    kind: fc.constant("contractive-ou"),
    theta: number(0.01, 5),
    noise: number(0.01, 5),
    T: number(0.01, 5),
  }),
  fc.record({
    kind: fc.constant("contractive-sub-vp"),
    beta: fc.record({ kind: fc.constant("constant"), value: number(0.01, 40) }),
    T: unitTime,
  }),
);

const grid = fc.oneof(
  fc.constant({ kind: "uniform" }),
  fc.record({ kind: fc.constant("power"), power: number(0.5, 5) }),
  fc.record({ kind: fc.constant("edm"), rho: number(1, 20), min: number(1e-6, 1e-3) }),
  fc.record({ kind: fc.constant("log-snr"), min: number(1e-6, 1e-3) }),
);
const schedule = fc.oneof(
  fc.constant({ kind: "constant" }),
  fc.record({ kind: fc.constant("window"), start: integer(0, 3), size: integer(1, 3) }),
  fc.record({
    kind: fc.constant("weights"),
    weights: fc.array(number(0, 3), { minLength: 1, maxLength: 64 }),
  }),
);
const sampler = fc.record({
  kind: fc.constantFrom("gddim", "ddim"),
  eta: number(0, 50),
  steps: integer(7, 1000),
  grid,
  schedule,
});

const formulaText = fc
  .array(
    fc.constantFrom("x", "+", "1.5", "*", "(", ")", "^", " ", "exp", "-", "&", "%", "=", "#", "é", "y"),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(""));

function reward(d: number): fc.Arbitrary<Json> {
  const bump = fc.record({ center: vector(d), width: number(0.01, 5), height: number(-5, 5) });
  return fc.oneof(
    fc
      .tuple(vector(d), maybe("matrix", semiDefinite(Math.min(d, 4))))
      .map(([center, rest]) => ({ kind: "quadratic", center, ...(d <= 4 ? rest : {}) })),
    fc.record({ kind: fc.constant("linear"), weights: vector(d), offset: coordinate }),
    fc.record({
      kind: fc.constant("bumps"),
      bumps: fc.array(bump, { minLength: 1, maxLength: d <= 4 ? 8 : 2 }),
    }),
    fc.record({
      kind: fc.constant("ring"),
      center: vector(d),
      radius: number(0, 10),
      width: number(0.01, 10),
    }),
    ...(d <= 2 ? [fc.record({ kind: fc.constant("formula"), text: formulaText })] : []),
  );
}

const klWeight = fc.oneof(number(1e-6, 1e-3), number(0.1, 100));
function target(modelJson: Json, rewardJson: Json, d: number): fc.Arbitrary<Json> {
  const solvable = rewardJson.kind === "quadratic" || rewardJson.kind === "linear";
  return fc.oneof(
    fc.constant({ kind: "reference" }),
    ...(solvable || d <= 2 ? [fc.record({ kind: fc.constant("tilted"), klWeight })] : []),
    ...(solvable
      ? [
          fc.record({
            kind: fc.constant("controlled"),
            klWeight,
            etaTrain: modelJson.kind === "gaussian" ? number(1, 5) : fc.constant(1),
          }),
        ]
      : []),
  );
}

const sweep = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 32 });
const evaluation = fc.record({
  etas: sweep(number(0, 50)),
  steps: sweep(integer(1, 1000)),
  particles: integer(2, 10_000_000),
  seed: integer(0, 4_294_967_295),
  horizons: sweep(unitTime),
  klWeights: sweep(klWeight),
  etasTrain: sweep(number(0, 50)),
});

function dimension(modelJson: Json): number {
  if (modelJson.kind === "gaussian") return (modelJson.mean as number[]).length;
  const components = modelJson.components as readonly { mean: number[] }[] | undefined;
  return components?.[0]?.mean.length ?? 2;
}

/** Any valid specification, with numbers of any length. */
export const validSpec: fc.Arbitrary<ExperimentSpec> = fc
  .tuple(model, process, sampler, evaluation)
  .chain(([m, p, s, e]) => {
    const modelJson = m as Json;
    const d = dimension(modelJson);
    return reward(d).chain((r) =>
      target(modelJson, r, d).map((t) => ({
        version: 1,
        model: modelJson,
        process: p,
        sampler: s,
        reward: r,
        target: t,
        evaluation: e,
      })),
    );
  })
  .map((json) => {
    const parsed = parseSpec(json);
    if (!parsed.ok) throw new Error(JSON.stringify({ problems: parsed.problems, json }));
    return parsed.spec;
  });

const naturalComponent = fc
  .tuple(natural(0.001, 1), vector(2, natural(-3, 3)), vector(3, natural(0.1, 1)))
  .map(([weight, mean, [a = 1, b = 0, c = 1]]): Json => {
    // Nearly singular for b near 1, so that rounding must mend it.
    const cov = [
      [a * a, a * b * c],
      [a * b * c, c * c],
    ];
    return { weight, mean, cov };
  });

const clustered = fc.array(naturalComponent, { minLength: 40, maxLength: 64 });

/** Everything that the page lets grow, at its largest at once: mixtures, formulas, schedules, sweeps, dimensions. */
export const largestSpec: fc.Arbitrary<ExperimentSpec> = fc
  .oneof(
    fc.record({
      model: clustered.map((components) => ({ kind: "mixture", components })),
      reward: fc
        .array(fc.constantFrom("x", "y", "+", "*", "1.732", "sin(", "exp(", ")", "-", "^", "0.25"), {
          minLength: 100,
          maxLength: 100,
        })
        .map((parts) => ({ kind: "formula", text: parts.join("").slice(0, 300) })),
    }),
    fc.record({
      model: clustered.map((components) => ({
        kind: "points",
        components,
        count: 99_999,
        name: "a file name of forty characters, about.csv",
      })),
      reward: fc.record({
        kind: fc.constant("bumps"),
        bumps: fc.array(
          fc.record({ center: vector(2, natural(-3, 3)), width: natural(0.01, 5), height: natural(-5, 5) }),
          {
            minLength: 16,
            maxLength: 16,
          },
        ),
      }),
    }),
    fc.record({
      model: fc.record({
        kind: fc.constant("gaussian"),
        mean: vector(64, natural(-5, 5)),
        cov: fc.record({ kind: fc.constant("diagonal"), variances: vector(64, natural(0, 10)) }),
      }),
      reward: fc.record({ kind: fc.constant("quadratic"), center: vector(64, natural(-5, 5)) }),
    }),
    fc.record({
      model: fc.record({
        kind: fc.constant("gaussian"),
        mean: vector(64, natural(-5, 5)),
        cov: fc.record({ kind: fc.constant("diagonal"), variances: vector(64, natural(0, 10)) }),
      }),
      reward: fc.record({
        kind: fc.constant("linear"),
        weights: vector(64, natural(-5, 5)),
        offset: natural(-5, 5),
      }),
    }),
  )
  .chain((parts) =>
    fc
      .record({
        process: fc.record({
          kind: fc.constantFrom("vp", "sub-vp"),
          beta: fc.record({ kind: fc.constant("linear"), min: natural(0, 1), max: natural(2, 20) }),
          T: natural(0.5, 1),
        }),
        weights: fc.array(natural(0, 3), { minLength: 64, maxLength: 64 }),
        etas: fc.array(natural(0, 50), { minLength: 32, maxLength: 32 }),
        steps: fc.array(integer(1, 1000), { minLength: 32, maxLength: 32 }),
        horizons: fc.array(natural(0.1, 1), { minLength: 32, maxLength: 32 }),
        klWeights: fc.array(natural(0.01, 100), { minLength: 32, maxLength: 32 }),
        etasTrain: fc.array(natural(0, 50), { minLength: 32, maxLength: 32 }),
      })
      .map(({ process: p, weights, ...lists }) => ({
        version: 1,
        ...parts,
        process: p,
        sampler: { eta: 1.23456, steps: 777, schedule: { kind: "weights", weights } },
        evaluation: { ...lists, particles: 1_234_567, seed: 4_123_456_789 },
      })),
  )
  .map((json) => {
    const parsed = parseSpec(json);
    if (!parsed.ok) throw new Error(JSON.stringify({ problems: parsed.problems }));
    return parsed.spec;
  });
