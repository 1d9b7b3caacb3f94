import { expect, it } from "vitest";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import { wasmNetworks } from "../../../src/alignment/wasm/network.ts";
import { createProcess } from "../../../src/diffusion/processes/index.ts";
import { startCrew } from "../../../src/engine/training/helpers.ts";
import { initialParameters } from "../../../src/alignment/network-shape.ts";

const SHAPE: NetworkShape = { dim: 2, width: 16, depth: 2, prediction: "v" };
const ROWS = 1100;

it("shares rows out to workers of a browser, with the same bits", async () => {
  const crew = await startCrew(2);
  while (!crew.helpers.every(({ isReady }) => isReady)) await crew.pause();
  const process = createProcess({ kind: "flow", T: 0.99 });
  const parameters = initialParameters(SHAPE, 1).map((value, i) => value + 0.2 * Math.sin(i));
  const x = Float64Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(0.7 * i));
  const t = Float64Array.from({ length: ROWS }, (_, i) => (0.9 * (i + 0.5)) / ROWS);
  const [alone, shared] = await Promise.all(
    [null, crew].map(async (helpers) => {
      const network = wasmNetworks(process, undefined, helpers)(SHAPE, parameters);
      const x0Hat = await network.predict(x, t);
      await network.accumulate(x, t, (values) => values.map(Math.sin));
      return { x0Hat, gradient: await network.takeGradient() };
    }),
  );
  expect(crew.helpers.map(({ isReady }) => isReady)).toEqual([true]);
  expect(shared).toEqual(alone);
  for (const helper of crew.helpers) helper.end();
});
