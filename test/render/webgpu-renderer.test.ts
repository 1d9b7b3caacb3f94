import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cloudHistogram } from "../../src/render/cloud-histogram.ts";
import type { FrameLook, ParticleCloud } from "../../src/render/scene.ts";
import { createViewPipelines, type ViewPipelines } from "../../src/render/webgpu/view-pipelines.ts";
import { createWebGpuRenderer } from "../../src/render/webgpu/webgpu-renderer.ts";
import { isGpuRequired } from "../support/engines.ts";

const SIZE = 64;
const FORMAT = "rgba8unorm";

let gpu: GPU | null = null;
let pipelines: ViewPipelines | null = null;
let target: GPUTexture | null = null;
const complaints: string[] = [];

beforeAll(async () => {
  const device = await openDevice();
  if (device === null) return;
  device.onuncapturederror = (event) => complaints.push(event.error.message);
  pipelines = createViewPipelines(device, FORMAT);
  target = device.createTexture({
    label: "test.target",
    size: [SIZE, SIZE],
    format: FORMAT,
    usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
  });
});

afterAll(() => pipelines?.device.destroy());

beforeEach((context) => {
  if (pipelines === null) context.skip("no WebGPU adapter here");
});

/** Dawn's device; null where there is none, which is a failure if REQUIRE_GPU=1. */
async function openDevice(): Promise<GPUDevice | null> {
  try {
    const dawn = (await import(/* @vite-ignore */ "webgpu")) as typeof import("webgpu");
    Object.assign(globalThis, dawn.globals);
    gpu = dawn.create([]);
    const adapter = await gpu.requestAdapter();
    if (adapter === null) throw new Error("webgpu: must offer an adapter, got none; name a driver");
    return await adapter.requestDevice();
  } catch (error) {
    if (isGpuRequired()) throw error;
    return null;
  }
}

/** Draws one frame and reads the picture back: bytes r, g, b, a, premultiplied, [SIZE, SIZE, 4], top row first. */
async function picture(cloud: ParticleCloud, look: FrameLook): Promise<Uint8Array> {
  const { device } = pipelines!;
  const canvas = {
    width: SIZE,
    height: SIZE,
    getContext: () => ({
      configure: () => undefined,
      unconfigure: () => undefined,
      getCurrentTexture: () => target,
    }),
  };
  const renderer = createWebGpuRenderer(canvas as unknown as HTMLCanvasElement, pipelines!);
  renderer.resize(SIZE, SIZE, 1);
  renderer.setCloud(cloud);
  renderer.draw(look);
  const buffer = device.createBuffer({
    size: SIZE * SIZE * 4,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture: target! }, { buffer, bytesPerRow: SIZE * 4 }, [SIZE, SIZE]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(GPUMapMode.READ);
  const bytes = new Uint8Array(buffer.getMappedRange().slice(0));
  buffer.destroy();
  renderer.dispose();
  expect(complaints).toEqual([]);
  return bytes;
}

const alpha = (bytes: Uint8Array, column: number, row: number) => bytes[(row * SIZE + column) * 4 + 3]!;

const LOOK: FrameLook = {
  frame: 0,
  viewport: { lo: [-1, -1], hi: [1, 1] },
  rgb: [255, 128, 0],
  points: false,
  opacity: 1,
  pointSize: 4,
  trails: 0,
  density: null,
};

function cloudOf(values: number[], dim = 2, frames = 1, projection = [1, 0, 0, 1]): ParticleCloud {
  return {
    dim,
    frames,
    particles: values.length / dim / frames,
    projection: new Float32Array(projection),
    values: new Float32Array(values),
    view: null,
  };
}

/** Points that fill the square unevenly; the same ones every time. */
const SCATTER = Array.from({ length: 4000 }, (_, i) => {
  const [a, b] = [(i * 0.754877666) % 1, (i * 0.569840291) % 1];
  return [1.3 * (2 * a * a - 1), 1.3 * (2 * b - 1)];
}).flat();

describe("The WebGPU renderer", () => {
  it("shows the same density as the reference histogram, cell by cell", async () => {
    const cloud = cloudOf(SCATTER);
    const [bins, peak] = [16, 1.2];
    const bytes = await picture(cloud, { ...LOOK, density: { bins, peak } });
    const { values } = cloudHistogram(cloud, 0, LOOK.viewport, bins);
    const wrong: string[] = [];
    values.forEach((density, cell) => {
      const [column, row] = [cell % bins, Math.floor(cell / bins)];
      const shown = alpha(bytes, column * 4 + 2, SIZE - 1 - (row * 4 + 2));
      const expected = 255 * 0.95 * Math.sqrt(Math.min(1, density / peak));
      // f32 puts a particle that lies on a border of two cells into either: one count in ~16 is 3 % of the density,
      // 1.5 % of its root. Bytes round by half.
      if (Math.abs(shown - expected) > 0.5 + 0.02 * 255) wrong.push(`${cell}: ${shown}, not ${expected}`);
    });
    expect(wrong).toEqual([]);
    expect(Math.max(...values)).toBeGreaterThan(2 * Math.min(...values));
  });

  it("draws a particle where it is, in its colour, and none outside the window", async () => {
    const bytes = await picture(cloudOf([0.5, 0.5, -3, 0]), { ...LOOK, points: true });
    // (0.5, 0.5) is three quarters across and one quarter down: between pixels 47 and 48, 15 and 16.
    expect([...bytes.subarray((15 * SIZE + 47) * 4, (15 * SIZE + 47) * 4 + 4)]).toEqual([255, 128, 0, 255]);
    const inked = Array.from({ length: SIZE * SIZE }, (_, i) => bytes[i * 4 + 3]!).filter(
      (a) => a > 0,
    ).length;
    // A disc 4 px across with a soft rim of one: 13 to 32 pixels.
    expect(inked).toBeGreaterThan(12);
    expect(inked).toBeLessThan(33);
  });

  it("reads the asked frame through the projection of more dimensions", async () => {
    const swap = [0, 1, 0, 1, 0, 0];
    const cloud = cloudOf([9, 9, 9, 0.5, -0.5, 7], 3, 2, swap);
    const bytes = await picture(cloud, { ...LOOK, frame: 1, points: true });
    // Plot point (-0.5, 0.5): a quarter across, a quarter down.
    expect(alpha(bytes, 16, 16)).toBe(255);
    expect(alpha(bytes, 48, 48)).toBe(0);
  });

  it("draws trails of the first particles only, up to the frame", async () => {
    // Two particles, three frames: along the upper half, and along the lower half.
    const values = [-0.5, 0.5, -0.5, -0.5, 0.0, 0.5, 0.0, -0.5, 0.5, 0.5, 0.5, -0.5];
    const bytes = await picture(cloudOf(values, 2, 3), { ...LOOK, frame: 1, trails: 1 });
    const ink = (x: number, y: number) => Math.max(alpha(bytes, x, y), alpha(bytes, x, y - 1));
    expect(ink(24, 16)).toBeGreaterThan(40);
    expect(ink(40, 16)).toBe(0);
    expect(ink(24, 48)).toBe(0);
  });

  it("draws nothing for particles that are not finite", async () => {
    const bytes = await picture(cloudOf([NaN, 0, Infinity, 0]), { ...LOOK, density: { bins: 4, peak: 1 } });
    expect(Math.max(...bytes)).toBe(0);
  });

  it("draws straight from a buffer of its own device", async () => {
    const { device } = pipelines!;
    const values = new Float32Array([0.5, 0.5]);
    const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, values);
    const cloud = { ...cloudOf([0.5, 0.5]), values: null, view: { device, buffer } };
    const bytes = await picture(cloud, { ...LOOK, points: true });
    expect(alpha(bytes, 47, 15)).toBe(255);
    // The engine's buffer is not the renderer's to destroy.
    device.queue.writeBuffer(buffer, 0, values);
    await device.queue.onSubmittedWorkDone();
    expect(complaints).toEqual([]);
    buffer.destroy();
  });
});
