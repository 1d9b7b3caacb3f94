import { expect, it } from "vitest";
import { policyDevice } from "../../../src/alignment/webgpu/device.ts";
import type { Rest } from "../../../src/alignment/rest.ts";
import { webGpuNetworks } from "../../../src/alignment/webgpu/network.ts";
import { acquireDevice } from "../../../src/gpu/device.ts";
import { DeviceLostError } from "../../../src/gpu/errors.ts";
import { describeGpu, findGpu } from "../../support/gpu.ts";
import { countBuffers } from "../../support/buffer-count.ts";
import {
  expectExactSums,
  expectKeptParameters,
  expectMisfitsNamed,
  expectRests,
  runUpdates,
} from "../network/contract.ts";
import { fullParameters, normals, SMALL, times, VP } from "../network/networks.ts";
import { sharedPolicyDevice } from "./policy-device.ts";

/** A buffer left behind shows after two as it does after 1,000, which `npm run bench -- training` counts. */
const UPDATES = 20;

describeGpu("A network on the device", (context) => {
  const device = sharedPolicyDevice(context);
  const networks = (rest?: Rest) => webGpuNetworks(device(), VP, rest);
  const make = () => networks()(SMALL, fullParameters(SMALL, 1));

  it(`holds no buffer more after ${UPDATES} updates than after one, and none once disposed`, async () => {
    const buffers = countBuffers(context().device);
    const network = make();
    let started = NaN;
    await runUpdates(network, UPDATES, (update) => {
      if (update === 0) started = buffers.alive();
    });
    expect(buffers.made()).toBeGreaterThan(UPDATES);
    expect(buffers.alive()).toBe(started);
    expect(started).toBeGreaterThan(0);
    network.dispose();
    expect(buffers.alive()).toBe(0);
    buffers.restore();
  });

  it("computes the same gradient to the last bit each time, and adds up what it accumulates", async () => {
    const network = make();
    // Doubling is exact in f32.
    await expectExactSums(network, 300);
    network.dispose();
  });

  it("gives calls made at once their own results", async () => {
    const network = make();
    const t = times(4, 1);
    const [a, b] = [normals(8, 1), normals(8, 2)];
    const [atA, atB] = await Promise.all([network.predict(a, t), network.predict(b, t)]);
    expect(await network.predict(a, t)).toEqual(atA);
    expect(await network.predict(b, t)).toEqual(atB);
    expect(atA).not.toEqual(atB);
    network.dispose();
  });

  it("keeps the f64 row it was given, and refuses one of another length or rows without times", async () => {
    await expectKeptParameters(networks());
    const network = make();
    await expectMisfitsNamed(network);
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    // Two pieces on every adapter.
    await expectRests(networks, 1);
  });

  it("is refused where the kernels do not reach", () => {
    const wide = { ...SMALL, dim: 3 };
    expect(() => webGpuNetworks(device(), VP)(wide, fullParameters(wide, 1))).toThrow(/at most 2 dimensions/);
  });

  it("tells of a lost device by name", async () => {
    const own = await acquireDevice(await findGpu());
    const network = webGpuNetworks(policyDevice(own), VP)(SMALL, fullParameters(SMALL, 1));
    await network.predict(normals(8, 1), times(4, 1));
    own.dispose();
    const failure = await network.predict(normals(8, 1), times(4, 1)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceLostError);
    network.dispose();
  });
});
