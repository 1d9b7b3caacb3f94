import { beforeAll, describe, expect, it } from "vitest";
import { cpuNetworks } from "../../../src/alignment/cpu/network.ts";
import { initialParameters } from "../../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { pretrain, type PretrainReport, trainedLogSnrs } from "../../../src/alignment/pretrain.ts";
import { scoreErrors } from "../../../src/alignment/score-error.ts";
import { tensorNetworks } from "../../../src/alignment/tensorflow/network.ts";
import { gaussianLaw, mixtureDenoise } from "../../../src/diffusion/mixture.ts";
import type { PretrainCheckpoint } from "../../../src/engine/training-engine.ts";
import { FLOW, useWasm, VE, VP } from "./networks.ts";

/** Away from N(0, 1), which an untrained network knows. */
const LAW = gaussianLaw([1.5], Float64Array.of(0.3));

async function trained(prediction: NetworkShape["prediction"], process: typeof VP, steps: number) {
  const shape = { dim: 1, width: 32, depth: 2, prediction };
  const network = tensorNetworks(process)(shape, initialParameters(shape, 1));
  const reports: PretrainReport[] = [];
  const before = await scoreErrors(network, LAW, process);
  await pretrain(
    { law: LAW, process, network, steps, seed: 1 },
    { onReport: (report) => reports.push(report) },
  );
  const after = await scoreErrors(network, LAW, process);
  network.dispose();
  return { before, after, reports };
}

beforeAll(useWasm);

describe("Pretraining", () => {
  // Bounds on the relative error: three times the worst of seeds 1 to 5, after 200 steps. Untrained it is 1 or more.
  it.each([
    ["eps", VP, 0.06],
    ["x0", VP, 0.9],
    ["v", FLOW, 0.3],
    ["v", VE, 0.3],
  ] as const)(
    "brings the score of a Gaussian near the exact one: %s on $kind",
    async (prediction, process, bound) => {
      const { before, after, reports } = await trained(prediction, process, 200);
      expect(reports.map(({ step }) => step)).toEqual([50, 100, 150, 200]);
      // In the middle of the schedule, where the score is neither all prior nor all data: 4 of the 12 levels.
      const middle = (errors: typeof after) =>
        Math.max(...errors.filter(({ logSnr }) => Math.abs(logSnr) < 4).map(({ relative }) => relative));
      expect(middle(after)).toBeLessThan(bound);
      expect(middle(before)).toBeGreaterThan(0.95);
    },
  );

  it("is decided by its seed", async () => {
    const shape = { dim: 1, width: 8, depth: 1, prediction: "v" } as const;
    const run = async (seed: number) => {
      const network = cpuNetworks(VP)(shape, initialParameters(shape, 1));
      const weights = await pretrain({ law: LAW, process: VP, network, steps: 5, seed });
      expect(await network.read()).toEqual(weights);
      return weights;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("goes on from a checkpoint as if it had never stopped, within a draw of data and past it", async () => {
    const shape = { dim: 1, width: 8, depth: 1, prediction: "v" } as const;
    const run = async (from: PretrainCheckpoint | null, seed = 1) => {
      const network = cpuNetworks(VP)(shape, initialParameters(shape, 1));
      const kept: PretrainCheckpoint[] = [];
      const losses: number[] = [];
      const weights = await pretrain(
        { law: LAW, process: VP, network, steps: 70, seed, from },
        {
          every: 1,
          onCheckpoint: (checkpoint) => kept.push(structuredClone(checkpoint)),
          onReport: ({ loss }) => losses.push(loss),
        },
      );
      return { weights, kept, losses };
    };
    const whole = await run(null);
    // Data are drawn 64 batches at a time; after an odd number of steps a draw of noise stands in the middle of a block.
    for (const step of [3, 64, 66]) {
      const from = whole.kept[step - 1];
      expect(from?.step).toBe(step);
      const resumed = await run(from ?? null);
      expect(resumed.weights).toEqual(whole.weights);
      expect(resumed.losses).toEqual(whole.losses.slice(step));
      expect(resumed.kept.at(-1)).toEqual(whole.kept.at(-1));
      // Control: with other batches the end is another one.
      expect((await run(from ?? null, 2)).weights).not.toEqual(whole.weights);
    }
  });

  it("stops when cancelled, and says so when the numbers leave the range", async () => {
    const shape = { dim: 1, width: 8, depth: 1, prediction: "v" } as const;
    const network = cpuNetworks(VP)(shape, initialParameters(shape, 1));
    const plan = { law: LAW, process: VP, network, steps: 5, seed: 1 };
    await expect(pretrain(plan, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    const far = gaussianLaw([1e200], Float64Array.of(1));
    await expect(pretrain({ ...plan, law: far })).rejects.toThrow(
      /pretraining, step 1: .* bring the data nearer/,
    );
  });

  it("covers the log-SNR of the process, from its noisy end to data", () => {
    expect(trainedLogSnrs(FLOW)).toEqual([-10, 10]);
    expect(trainedLogSnrs(VE)).toEqual([VE.logSnr(VE.T), 10]);
  });
});

describe("The score's error", () => {
  it("is that of a known miss", async () => {
    // A network whose x0Hat is the exact one plus 0.1: the score is off by 0.1 alpha / sigma^2 everywhere.
    const exact = (x: Float64Array, t: Float64Array) => {
      const out = new Float64Array(1);
      return x.map((_, n) => {
        mixtureDenoise(LAW, VP.alpha(t[n] ?? NaN), VP.sigma(t[n] ?? NaN), x, n, out);
        return (out[0] ?? NaN) + 0.1;
      });
    };
    const shape = { dim: 1, width: 8, depth: 1, prediction: "x0" } as const;
    const network = {
      ...cpuNetworks(VP)(shape, initialParameters(shape, 1)),
      shape,
      predict: (x: Float64Array, t: Float64Array) => Promise.resolve(exact(x, t)),
    } as unknown as ReturnType<ReturnType<typeof cpuNetworks>>;
    for (const { t, error, relative } of await scoreErrors(network, LAW, VP)) {
      const miss = (0.1 * VP.alpha(t)) / VP.sigma(t) ** 2;
      expect(error.s1 / error.n / miss ** 2).toBeCloseTo(1, 9);
      // E |s|^2 of a Gaussian is 1 / variance; over 2,048 samples within 4.5 standard errors of sqrt(2 / 2048).
      const size = 1 / (VP.alpha(t) ** 2 * 0.3 + VP.sigma(t) ** 2);
      expect(Math.abs(miss ** 2 / relative / size - 1)).toBeLessThan(4.5 * Math.sqrt(2 / 2048));
    }
  });
});
