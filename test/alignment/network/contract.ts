/**
 * What every policy network must do, whatever computes it: agree with the f64 one, keep its parameters, add up gradients, rest,
 * and name what does not fit. Suites bring their networks, sizes and tolerances.
 */
import { expect } from "vitest";
import { adamW, initialAdamW } from "../../../src/alignment/adamw.ts";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { parameterParts } from "../../../src/alignment/network-shape.ts";
import type { NetworkFactory, NetworkShape, PolicyNetwork } from "../../../src/alignment/policy-network.ts";
import type { Rest } from "../../../src/alignment/rest.ts";
import type { Process } from "../../../src/diffusion/process.ts";
import { relativeMiss } from "../../support/relative-miss.ts";
import { FLOW, fullParameters, normals, SMALL, times, VE, VP } from "./networks.ts";

const PROCESSES = [VP, VE, FLOW];
const PREDICTIONS = ["eps", "x0", "v"] as const;

/** A network and the rows that it is asked about. */
export interface AgreementCase {
  readonly name: string;
  readonly shape: NetworkShape;
  readonly process: Process;
  readonly rows: number;
}

/** Every prediction on every process, at one size. */
export function casesOfEveryKind(size: NetworkShape, rows: number): readonly AgreementCase[] {
  return PREDICTIONS.flatMap((prediction) =>
    PROCESSES.map((process) => ({
      name: `${prediction} on ${process.kind}`,
      shape: { ...size, prediction },
      ...{ process, rows },
    })),
  );
}

/** Sizes with predictions and processes dealt out to them: all predictions to the first three sizes, one to each of the others. */
export function casesOfSizes(
  sizes: readonly (Omit<NetworkShape, "prediction"> & Pick<AgreementCase, "rows">)[],
): readonly AgreementCase[] {
  return sizes.flatMap(({ rows, ...size }, i) =>
    PREDICTIONS.slice(0, i < 3 ? 3 : 1).map((_, j) => {
      const prediction = PREDICTIONS[(i + j) % 3] ?? "v";
      const process = PROCESSES[(i + 2 * j) % 3] ?? VP;
      const name = `${size.dim}-D, ${size.depth} x ${size.width}, ${prediction} on ${process.kind}`;
      return { name, shape: { ...size, prediction }, process, rows };
    }),
  );
}

/**
 * f32 rounds each of a layer's sums of at most W terms to W 2^-24 of their absolute sum at worst, and its activation to `activation`
 * x 2^-24 where its form is not that of the sums; D + 1 layers, forward and back, whose weights of up to 0.5 magnify each other's
 * errors by at most about 10: 20 (D + 1) (W + activation) 2^-24 of the row's norm. Sums over rows are compared with the norm of the
 * whole gradient.
 */
export function f32Tolerance({ width, depth }: NetworkShape, activation = 0): number {
  return 20 * (depth + 1) * (width + activation) * 2 ** -24;
}

/** Parameters of equal size whatever the width, so that layers neither fade nor explode. */
export function evenParameters(shape: NetworkShape): Float64Array {
  return fullParameters(shape, 3).map((value) => value * Math.sqrt(8 / shape.width));
}

/** What a network says to all that it can be asked. */
export interface Answers {
  readonly x0Hat: Float64Array;
  readonly gradient: Float64Array;
  readonly input: Float64Array;
}

/** Of a network of the case with these parameters. */
export async function answersOf(
  networks: (process: Process) => NetworkFactory,
  { shape, process, rows }: AgreementCase,
  parameters: Float64Array,
): Promise<Answers> {
  const network = networks(process)(shape, parameters);
  const x = normals(rows * shape.dim, 1);
  const t = times(rows, process.T);
  const weights = normals(x.length, 2);
  const x0Hat = await network.predict(x, t);
  await network.accumulate(x, t, (got) => got.map((value, j) => Math.sin(value) * (weights[j] ?? 0)));
  const gradient = await network.takeGradient();
  const input = await network.pullToInput(x, t, weights);
  network.dispose();
  return { x0Hat, gradient, input };
}

/** Each answer is that of the f64 network but for `limit` of its norm. Returns the f64 network's. */
export async function expectAgreement(
  got: Answers,
  example: AgreementCase,
  parameters: Float64Array,
  limit: number,
): Promise<Answers> {
  const expected = await answersOf(cpuNetworks, example, parameters);
  expect(relativeMiss(got.x0Hat, expected.x0Hat)).toBeLessThan(limit);
  expect(relativeMiss(got.gradient, expected.gradient)).toBeLessThan(limit);
  expect(relativeMiss(got.input, expected.input)).toBeLessThan(limit);
  return expected;
}

/** Control: a layer's weights or biases whose part of the gradient is missing are noticed, whichever they are. */
export function expectMissingPartsNoticed(
  { gradient }: Answers,
  expected: Answers,
  shape: NetworkShape,
  limit: number,
): void {
  for (const { offset, shape: size } of parameterParts(shape)) {
    const wrong = gradient.slice().fill(0, offset, offset + size.reduce((a, b) => a * b, 1));
    expect(relativeMiss(wrong, expected.gradient)).toBeGreaterThan(limit);
  }
}

/** The same gradient each time to the last bit, exactly twice as much of twice the same, and nothing once it is taken. */
export async function expectExactSums(network: PolicyNetwork, rows: number): Promise<void> {
  const [x, t] = [normals(2 * rows, 1), times(rows, 1)];
  const add = () => network.accumulate(x, t, (x0Hat) => x0Hat);
  await add();
  const once = await network.takeGradient();
  expect(once.some((value) => value !== 0)).toBe(true);
  await add();
  expect(await network.takeGradient()).toEqual(once);
  await add();
  await add();
  expect(await network.takeGradient()).toEqual(once.map((value) => 2 * value));
  expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
}

/** Parameters of SMALL come back to the last bit, the first ones and those written; a row of another length is refused. */
export async function expectKeptParameters(make: NetworkFactory): Promise<void> {
  const parameters = fullParameters(SMALL, 1);
  const network = make(SMALL, parameters);
  expect(await network.read()).toEqual(parameters);
  const other = fullParameters(SMALL, 2);
  network.write(other);
  expect(await network.read()).toEqual(other);
  for (const length of [2, 4]) expect(() => network.write(new Float64Array(length))).toThrow(`got ${length}`);
  network.dispose();
}

/** States without times and pulls of another length are named; `network` is one of SMALL. */
export async function expectMisfitsNamed(network: PolicyNetwork): Promise<void> {
  await expect(network.predict(normals(3, 1), times(2, 1))).rejects.toThrow(/x must be \[n, d\]/);
  const pulled = network.accumulate(normals(4, 1), times(2, 1), () => normals(3, 1));
  await expect(pulled).rejects.toThrow(/the pull must give dLoss/);
}

/** The error of a loss reaches whoever asked, and adds nothing. */
export async function expectFailingLoss(network: PolicyNetwork): Promise<void> {
  const fails = network.accumulate(normals(8, 1), times(4, 1), () => {
    throw new Error("no loss");
  });
  await expect(fails).rejects.toThrow("no loss");
  expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
}

/** 5,000 rows stop where the rest after `allowed` ones throws, and the network works on afterwards. */
export async function expectRests(make: (rest: Rest) => NetworkFactory, allowed: number): Promise<void> {
  let rests = 0;
  let left = allowed;
  const rest: Rest = () => {
    rests++;
    return left-- > 0 ? Promise.resolve() : Promise.reject(new Error("enough"));
  };
  const network = make(rest)(SMALL, fullParameters(SMALL, 1));
  await expect(network.predict(normals(2 * 5000, 1), times(5000, 1))).rejects.toThrow("enough");
  expect(rests).toBe(allowed + 1);
  left = 100;
  expect((await network.predict(normals(2, 1), times(1, 1))).every(Number.isFinite)).toBe(true);
  network.dispose();
}

/** Updates of a training, each with all that a network can be asked; `after` is called with the number of each. */
export async function runUpdates(
  network: PolicyNetwork,
  count: number,
  after: (update: number) => void,
): Promise<void> {
  const [x, t] = [normals(8, 1), times(4, 1)];
  const options = { learningRate: 1e-3, weightDecay: 0, gradientClip: 1 };
  let state = initialAdamW((await network.read()).length);
  for (let update = 0; update < count; update++) {
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    const next = adamW(await network.read(), await network.takeGradient(), state, options);
    state = next.state;
    network.write(next.parameters);
    await network.pullToInput(x, t, x);
    await network.predict(x, t);
    after(update);
  }
}
