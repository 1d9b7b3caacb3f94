import { expect, it } from "vitest";
import { adamW, initialAdamW } from "../../../src/alignment/adamw.ts";
import { policyDevice, type PolicyDevice } from "../../../src/alignment/webgpu/device.ts";
import type { Rest } from "../../../src/alignment/rest.ts";
import { webGpuNetworks } from "../../../src/alignment/webgpu/network.ts";
import { acquireDevice } from "../../../src/gpu/device.ts";
import { DeviceLostError } from "../../../src/gpu/errors.ts";
import { describeGpu, findGpu } from "../../support/gpu.ts";
import { countBuffers } from "../../support/buffer-count.ts";
import { fullParameters, normals, SMALL, times, VP } from "../network/networks.ts";

/** A buffer left behind shows after two as it does after 1,000, which `npm run bench -- training` counts. */
const UPDATES = 20;

describeGpu("A network on the device", (context) => {
  let home: PolicyDevice | null = null;
  const device = () => (home ??= policyDevice(context()));
  const make = (rest?: Rest) => webGpuNetworks(device(), VP, rest)(SMALL, fullParameters(SMALL, 1));

  it(`holds no buffer more after ${UPDATES} updates than after one, and none once disposed`, async () => {
    const buffers = countBuffers(context().device);
    const network = make();
    const [x, t] = [normals(8, 1), times(4, 1)];
    let state = initialAdamW((await network.read()).length);
    let started = NaN;
    for (let update = 0; update < UPDATES; update++) {
      await network.accumulate(x, t, (x0Hat) => x0Hat);
      const next = adamW(await network.read(), await network.takeGradient(), state, {
        ...{ learningRate: 1e-3, weightDecay: 0, gradientClip: 1 },
      });
      state = next.state;
      network.write(next.parameters);
      await network.pullToInput(x, t, x);
      if (update === 0) started = buffers.alive();
    }
    expect(buffers.made()).toBeGreaterThan(UPDATES);
    expect(buffers.alive()).toBe(started);
    expect(started).toBeGreaterThan(0);
    network.dispose();
    expect(buffers.alive()).toBe(0);
    buffers.restore();
  });

  it("computes the same gradient to the last bit each time, and adds up what it accumulates", async () => {
    const network = make();
    const [x, t] = [normals(600, 1), times(300, 1)];
    const once = async () => {
      await network.accumulate(x, t, (x0Hat) => x0Hat);
      return network.takeGradient();
    };
    const first = await once();
    expect(await once()).toEqual(first);
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    await network.accumulate(x, t, (x0Hat) => x0Hat);
    // Doubling is exact in f32.
    expect(await network.takeGradient()).toEqual(first.map((value) => 2 * value));
    expect((await network.takeGradient()).every((value) => value === 0)).toBe(true);
    expect(first.some((value) => value !== 0)).toBe(true);
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
    const network = make();
    const parameters = fullParameters(SMALL, 2);
    network.write(parameters);
    expect(await network.read()).toEqual(parameters);
    expect(() => network.write(new Float64Array(4))).toThrow(/got 4/);
    await expect(network.predict(normals(3, 1), times(2, 1))).rejects.toThrow(/x must be \[n, d\]/);
    await expect(network.accumulate(normals(4, 1), times(2, 1), () => normals(3, 1))).rejects.toThrow(
      /pull must give dLoss/,
    );
    network.dispose();
  });

  it("rests between pieces and stops where resting throws", async () => {
    let rests = 0;
    const network = make(() => {
      rests++;
      return rests > 1 ? Promise.reject(new Error("enough")) : Promise.resolve();
    });
    // Two pieces on every adapter.
    await expect(network.predict(normals(10_000, 1), times(5000, 1))).rejects.toThrow("enough");
    expect(rests).toBe(2);
    network.dispose();
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
