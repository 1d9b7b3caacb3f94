import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageSize } from "../../src/network/architecture.ts";
import { TensorNetwork } from "../../src/network/tensorflow/network.ts";
import { networkWeights } from "../../src/network/weights.ts";
import { expectAllClose } from "../support/numbers.ts";
import { openOnnx } from "../support/onnx.ts";
import { miniGolden } from "./golden-answers.ts";
import { hashedInputs, hashedWeights, MINI } from "./hashed.ts";

const truth = miniGolden();
/** As in parity.test.ts: sums in another order than PyTorch's own f32 pass, with room for unblocked ones. */
const TOLERANCE = { absolute: 8 * truth.singleError };
const inputs = hashedInputs(MINI);

describe("A network exported as ONNX", () => {
  let onnx: Awaited<ReturnType<typeof openOnnx>>;
  beforeAll(async () => {
    onnx = await openOnnx(readFileSync(new URL("golden/mini.onnx", import.meta.url)));
  });
  afterAll(() => onnx.dispose());

  it("gives in ONNX Runtime what PyTorch gives, for any number of images", async () => {
    expectAllClose(await onnx.apply(inputs), truth.x0Hat, TOLERANCE);
    const { x, t, s, prompts } = inputs;
    const size = imageSize(MINI);
    const second = {
      x: x.slice(size, 2 * size),
      t: [t[1]!],
      s: [s[1]!],
      prompts: prompts.slice(6, 12),
    };
    expectAllClose(await onnx.apply(second), truth.x0Hat.slice(size, 2 * size), TOLERANCE);
  });

  it("is the function that the page's own network computes", async () => {
    await tf.setBackend("cpu");
    const own = new TensorNetwork(networkWeights(MINI, hashedWeights(MINI)));
    const answer = tf.tidy(() =>
      own.apply({ ...inputs, x: tf.tensor2d(inputs.x, [3, imageSize(MINI)]) }).dataSync(),
    );
    own.dispose();
    expectAllClose(answer, truth.x0Hat, TOLERANCE);
  });

  it.each([
    ["time", { t: [0.9, 0.7, 0.2] }],
    ["target of the jump", { s: [0.2, 0.3, 0.05] }],
    ["prompt", { prompts: inputs.prompts.map((token, i) => (i % 6 === 0 ? 5 : token)) }],
  ])("gives something else for another %s (control)", async (_what, other) => {
    const got = await onnx.apply({ ...inputs, ...other });
    expect(Math.max(...got.map((value, i) => Math.abs(value - truth.x0Hat[i]!)))).toBeGreaterThan(
      100 * TOLERANCE.absolute,
    );
  });
});
