import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeEach, describe, expect, it } from "vitest";
import { initialAdapter, adaptedLayers } from "../../src/alignment/adapter.ts";
import type { PolicyNetwork } from "../../src/alignment/policy-network.ts";
import { type GlyphPlace, ON_DEVICE, ON_THIS_THREAD } from "../../src/alignment/tensorflow/glyph-place.ts";
import { createGlyphPolicy } from "../../src/alignment/tensorflow/glyph-policy.ts";
import { glyphFault } from "../../src/alignment/tensorflow/glyph-self-check.ts";
import { policyDevice } from "../../src/alignment/webgpu/device.ts";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { rewardClassifier } from "../../src/engine/images/reward-classifier.ts";
import { type GlyphHome, homeOnDevice } from "../../src/engine/training/glyph-home.ts";
import { acquireDevice } from "../../src/gpu/device.ts";
import { DeviceLostError } from "../../src/gpu/errors.ts";
import { imageSize } from "../../src/network/architecture.ts";
import { readManifest } from "../../src/network/manifest.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import type { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { SLOT_NAMES } from "../../src/prompt/slots.ts";
import { lendNavigator } from "../bench/peers/navigator.ts";
import { hashed } from "../network/hashed.ts";
import { describeGpu, findGpu } from "../support/gpu.ts";
import { relativeMiss } from "../support/relative-miss.ts";
import {
  enlarged,
  expectSameTraining,
  INFO,
  PROMPTS,
  skipIfSlow,
  TINY,
  tinyNetwork,
  trained,
} from "./one-iteration.ts";

/** A software adapter takes half a minute for the kernels alone, and shares its cores. */
const TIMEOUT_MS = 300_000;

describe("The check of the glyph network", () => {
  beforeEach(() => tf.setBackend("wasm"));
  const check = { place: ON_THIS_THREAD, against: "wasm" };

  it("finds no fault with the backend that is believed", async () => {
    const before = tf.memory().numTensors;
    expect(await glyphFault(check)).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("finds parts that are a hundredth too large, a wrong gradient, and what throws (controls)", async () => {
    expect(await glyphFault({ ...check, wrap: enlarged })).toMatch(/its prediction is off by 0\.0/);
    const wrap = (policy: PolicyNetwork): PolicyNetwork => ({
      ...methods(policy),
      takeGradient: async () => (await policy.takeGradient()).map((value) => 1.01 * value),
    });
    // A hundredth of itself.
    expect(await glyphFault({ ...check, wrap })).toBe("its gradient is off by 0.010");
    const broken = (policy: PolicyNetwork): PolicyNetwork => ({
      ...methods(policy),
      pullToInput: () => Promise.reject(new Error("no such kernel")),
    });
    expect(await glyphFault({ ...check, wrap: broken })).toBe("no such kernel");
    expect(tf.getBackend()).toBe("wasm");
  });
});

/** Its methods as a plain object. */
function methods(policy: PolicyNetwork): PolicyNetwork {
  return {
    shape: policy.shape,
    parts: policy.parts,
    predict: (...rows) => policy.predict(...rows),
    accumulate: (...rows) => policy.accumulate(...rows),
    pullToInput: (...rows) => policy.pullToInput(...rows),
    takeGradient: () => policy.takeGradient(),
    read: () => policy.read(),
    write: (parameters) => policy.write(parameters),
    dispose: () => policy.dispose(),
  };
}

describeGpu("Where the glyph model runs", (context) => {
  beforeEach(async () => {
    lendNavigator(await findGpu());
    await tf.setBackend("wasm");
  });

  it("is the device where the check finds no fault", async () => {
    const { place, info } = await homeOnDevice(policyDevice(context()), INFO, () => Promise.resolve(null));
    expect(place).toBe(ON_DEVICE[context().software ? "software" : "hardware"]);
    expect(info).toMatchObject({
      ...INFO,
      reason: expect.stringMatching(/the glyph model in TensorFlow/) as string,
    });
    expect(/far slower/.test(info.reason ?? "")).toBe(context().software);
    expect(tf.getBackend()).toMatch(/^etalon-device/);
  });

  it.each([
    [
      "finds one",
      () => Promise.resolve("its slope is off by 0.5"),
      /WebAssembly, since .*\(its slope is off by 0\.5\)/,
    ],
    ["throws", () => Promise.reject(new Error("out of memory")), /WebAssembly, since .*\(out of memory\)/],
  ] as const)(
    "is WebAssembly where the check %s, and points stay where they are",
    async (_, check, reason) => {
      const { place, info } = await homeOnDevice(policyDevice(context()), INFO, check);
      expect(place).toBeNull();
      expect(info).toMatchObject({ ...INFO, reason: expect.stringMatching(reason) as string });
      expect(tf.getBackend()).toBe("wasm");
      // The device is as alive as before.
      await context().device.queue.onSubmittedWorkDone();
    },
  );

  it("is told by name to be lost, during the check and later", async () => {
    const own = await acquireDevice(await findGpu());
    const device = policyDevice(own);
    const home = await homeOnDevice(device, INFO, () => Promise.resolve(null));
    const sum = tf.sum(tf.ones([2000]));
    own.dispose();
    await own.lost;
    await expect(home.run(() => sum.data())).rejects.toThrow(DeviceLostError);
    const check = () => Promise.reject(new Error("mapping failed"));
    await expect(homeOnDevice(device, INFO, check)).rejects.toThrow(DeviceLostError);
    // Any other error stays what it is.
    const other = await homeOnDevice(policyDevice(context()), INFO, () => Promise.resolve(null));
    await expect(other.run(() => Promise.reject(new RangeError("rank")))).rejects.toThrow(RangeError);
  });
});

const DIM = imageSize(TINY);
const LAYERS = adaptedLayers(TINY, { rank: 4, layers: "all" });
const MOVED = initialAdapter(LAYERS, 3).map((value, i) => value + 0.1 * (hashed("moved", 1e4)[i] ?? 0));
/** One piece of two rows, and half of a second one. */
const ROWS = 3;
const X = Float64Array.from(hashed("x", ROWS * DIM));
const T = Float64Array.of(0.9, 0.5, 0.2);
const ASKED = { prompt: Int32Array.of(0, 1, 0), jump: Float64Array.of(0.4, 0.1, 0) };

/** The first `count` rows. */
function rowsOf(count: number) {
  const asked = { prompt: ASKED.prompt.slice(0, count), jump: ASKED.jump.slice(0, count) };
  return [X.slice(0, count * DIM), T.slice(0, count), asked] as const;
}

/** What a policy gives for one row and for several pieces of them. */
async function answersOf(network: TensorNetwork, place: GlyphPlace) {
  const policy = createGlyphPolicy({ network, prompts: PROMPTS, layers: LAYERS, parameters: MOVED, place });
  const gradientOf = async (count: number): Promise<Float64Array> => {
    const [x, t, asked] = rowsOf(count);
    await policy.accumulate(x, t, (x0Hat) => x0Hat.map(Math.sin), asked);
    return policy.takeGradient();
  };
  try {
    const [x, t, asked] = rowsOf(ROWS);
    return {
      alone: await policy.predict(...rowsOf(1)),
      prediction: await policy.predict(x, t, asked),
      gradient: await gradientOf(ROWS),
      gradientOfOne: await gradientOf(1),
      slope: await policy.pullToInput(x, t, x.map(Math.cos), asked),
    };
  } finally {
    policy.dispose();
  }
}

describeGpu("The glyph network on a device", (context) => {
  let opened: Promise<GlyphHome> | null = null;
  /** With the true check, once for all. */
  const open = async (): Promise<GlyphHome> => {
    lendNavigator(await findGpu());
    if (!opened) await tf.setBackend("wasm");
    return (opened ??= homeOnDevice(policyDevice(context()), INFO));
  };
  const small: GlyphPlace = { images: 2, device: true };

  it("passes the check", { timeout: TIMEOUT_MS }, async () => {
    expect((await open()).place).not.toBeNull();
  });

  it(
    "gives what it gives on WebAssembly, the same each time, and leaves no tensors",
    { timeout: TIMEOUT_MS },
    async () => {
      await open();
      const name = tf.getBackend();
      const before = tf.memory().numTensors;
      const on = async (backend: string, place: GlyphPlace) => {
        await tf.setBackend(backend);
        const network = tinyNetwork();
        const answers = await answersOf(network, place);
        network.dispose();
        return answers;
      };
      const expected = await on("wasm", ON_THIS_THREAD);
      const got = await on(name, small);
      // As the check's own tolerance: WGSL's functions and sums in another order, 1e-4, with room.
      for (const what of ["prediction", "gradient", "gradientOfOne", "slope"] as const)
        expect(relativeMiss(got[what], expected[what]), what).toBeLessThan(1e-3);
      // Control: the reversed gradient must fail.
      expect(
        relativeMiss(
          got.gradient.map((value) => -value),
          expected.gradient,
        ),
      ).toBeGreaterThan(1);
      // A row's bits depend on no other row: ratios rest on that.
      expect(got.alone).toEqual(got.prediction.subarray(0, DIM));
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it(
    "is trained by the engine as on WebAssembly, with ratios of exactly 1 before the update",
    { timeout: TIMEOUT_MS },
    async (test) => {
      skipIfSlow(test, context());
      const home = await open();
      const name = tf.getBackend();
      const onWasm = await trained("wasm", undefined);
      expectSameTraining(await trained(name, { ...home, place: small }), onWasm);
    },
  );
});

describe("An engine whose device is lost", () => {
  /** Lets so many pieces of work pass, and loses the device then. */
  const homeOf = (passes: number) => {
    const seen = { calls: 0 };
    const home: GlyphHome = {
      info: INFO,
      place: null,
      run: (work) =>
        seen.calls++ < passes ? work() : Promise.reject(new DeviceLostError("The device was lost.")),
    };
    return { home, seen };
  };

  it("says so, whether it samples, judges or takes gradients", async () => {
    for (const passes of [0, 1, 2, 3, 4]) {
      const { home, seen } = homeOf(passes);
      await expect(trained("wasm", home)).rejects.toThrow(DeviceLostError);
      expect(seen.calls).toBe(passes + 1);
    }
    // Two steps of sampling, rewards, two updates: nothing else is asked of the device.
    const { home, seen } = homeOf(Infinity);
    await trained("wasm", home);
    expect(seen.calls).toBe(5);
  });
});

describeGpu("The classifier that judges, on a device", (context) => {
  it("reads and pulls as on WebAssembly", { timeout: TIMEOUT_MS }, async (test) => {
    skipIfSlow(test, context());
    lendNavigator(await findGpu());
    await tf.setBackend("wasm");
    const folder = join(ROOT, "public/models/glyphs");
    const manifest = readManifest(
      JSON.parse(await readFile(join(folder, "reward-classifiers.json"), "utf8")),
    );
    const bytes = new Uint8Array(await readFile(join(folder, manifest.file)));
    const file = readSafetensors(bytes, manifest.file);
    const image = Float32Array.from({ length: DIM }, (_, i) => 0.8 * Math.sin(0.37 * (i % 32) + 0.011 * i));
    const answers = async () => {
      const classifier = rewardClassifier(
        file,
        0,
        SLOT_NAMES.map(() => 1.5),
      );
      const logProbs = await classifier.logProbabilities(image);
      const slope = (await classifier.pull?.(image, logProbs)) ?? new Float32Array(0);
      const rows = SLOT_NAMES.flatMap((slot) => [...logProbs[slot]]);
      return { rows: Float64Array.from(rows), slope: Float64Array.from(slope) };
    };
    const expected = await answers();
    await homeOnDevice(policyDevice(context()), INFO, () => Promise.resolve(null));
    const got = await answers();
    // Five layers of sums of up to 2,048 terms: as the network's tolerance.
    expect(relativeMiss(got.rows, expected.rows)).toBeLessThan(1e-3);
    expect(relativeMiss(got.slope, expected.slope)).toBeLessThan(1e-3);
    // Control: another image is read otherwise.
    image.reverse();
    expect(relativeMiss((await answers()).rows, expected.rows)).toBeGreaterThan(1e-2);
  });
});
