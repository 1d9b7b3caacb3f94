import * as tf from "@tensorflow/tfjs";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { adaptedLayers, initialAdapter } from "../../src/alignment/adapter.ts";
import { type GlyphPlace, ON_THIS_THREAD } from "../../src/alignment/tensorflow/glyph-place.ts";
import { createGlyphPolicy } from "../../src/alignment/tensorflow/glyph-policy.ts";
import { glyphFault } from "../../src/alignment/tensorflow/glyph-self-check.ts";
import { policyDevice } from "../../src/alignment/webgpu/device.ts";
import { policyDeviceFault } from "../../src/alignment/webgpu/self-check.ts";
import { startBrowserWasm } from "../../src/engine/tensorflow/browser-wasm.ts";
import { homeOnDevice } from "../../src/engine/training/glyph-home.ts";
import { imageSize } from "../../src/network/architecture.ts";
import { hashed } from "../network/hashed.ts";
import { describeGpu } from "../support/gpu.ts";
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

/** A software adapter compiles kernels for a minute where its cores are shared. */
const TIMEOUT_MS = 300_000;

const LAYERS = adaptedLayers(TINY, { rank: 4, layers: "attention" });

/** What the tiny network predicts for one image at these low-rank parts. */
async function predicted(parameters: Float64Array, place: GlyphPlace): Promise<Float64Array> {
  const network = tinyNetwork();
  const policy = createGlyphPolicy({ network, prompts: PROMPTS, layers: LAYERS, parameters, place });
  try {
    const x = Float64Array.from(hashed("x", imageSize(TINY)));
    return await policy.predict(x, Float64Array.of(0.5), {
      prompt: Int32Array.of(1),
      jump: Float64Array.of(0.1),
    });
  } finally {
    policy.dispose();
    network.dispose();
  }
}

/** Browsers bring their own compiler of WGSL, and TensorFlow.js takes other paths there than in Node. */
describeGpu("The glyph model in a browser, on the device of the policy kernels", (context) => {
  beforeAll(() => startBrowserWasm("test"));
  beforeEach(() => tf.setBackend("wasm"));

  it("predicts as on WebAssembly", { timeout: TIMEOUT_MS }, async () => {
    const start = initialAdapter(LAYERS, 3);
    const moved = start.map((value, i) => value + 0.1 * (hashed("moved", start.length)[i] ?? 0));
    const expected = await predicted(moved, ON_THIS_THREAD);
    const { place } = await homeOnDevice(policyDevice(context()), INFO, () => Promise.resolve(null));
    if (place === null) throw new Error("the device must be taken");
    // As the check's own tolerance: WGSL's functions and sums in another order, 1e-4, with room.
    expect(relativeMiss(await predicted(moved, place), expected)).toBeLessThan(1e-3);
    // Control: parts that change nothing give something else.
    expect(relativeMiss(await predicted(start, place), expected)).toBeGreaterThan(1e-2);
  });

  it(
    "is trained as on WebAssembly once it passes the check, which declines a broken one (control)",
    { timeout: TIMEOUT_MS },
    async (test) => {
      skipIfSlow(test, context());
      const device = policyDevice(context());
      let fault: string | null = null;
      const home = await homeOnDevice(device, INFO, async (check) => {
        // Beside the true check, for which the same kernels serve.
        fault = await glyphFault({ ...check, wrap: enlarged });
        return glyphFault(check);
      });
      expect(home.place).not.toBeNull();
      const name = tf.getBackend();
      expectSameTraining(await trained(name, home), await trained("wasm", undefined));
      expect(fault).toMatch(/its prediction is off by 0\.0/);
      await tf.setBackend("wasm");
      const declined = await homeOnDevice(device, INFO, () => Promise.resolve(fault));
      expect([declined.place, tf.getBackend()]).toEqual([null, "wasm"]);
      // The lab's own kernels compute on the device as before.
      expect(await policyDeviceFault(device)).toBeNull();
    },
  );
});
