/**
 * What a particle view draws, as plain data. The page hands over opaque particles and a look; which device draws, and
 * how, stays inside `src/render`.
 */
import type { DeviceView } from "../engine/engine.ts";

/** Colour as red, green, blue in 0..255. */
export type Rgb = readonly [number, number, number];

/** The window of the plot plane that fills the canvas, data units. */
export interface Viewport {
  readonly lo: readonly [number, number];
  readonly hi: readonly [number, number];
}

/**
 * Particles of one sampler at all recorded frames, and the plane they are seen on.
 *
 * projection  [2, dim]  row-major; plot coordinate i = sum_j projection[i, j] x[j]
 * values      [frames, particles, dim], or null if only the device copy is there
 * view        device copy f32 [frames, particles, dim], or null
 */
export interface ParticleCloud {
  readonly dim: number;
  readonly particles: number;
  readonly frames: number;
  readonly projection: Float32Array;
  readonly values: Float32Array | null;
  readonly view: DeviceView | null;
}

/** How one frame looks. */
export interface FrameLook {
  /** Frame index, 0 .. frames - 1. */
  readonly frame: number;
  readonly viewport: Viewport;
  readonly rgb: Rgb;
  readonly points: boolean;
  /** Opacity of one point, 0..1. */
  readonly opacity: number;
  /** Diameter of a point, CSS pixels. */
  readonly pointSize: number;
  /** How many particles (the first ones) leave a trail since frame 0; 0 for none. */
  readonly trails: number;
  /** Histogram of all particles on `bins` x `bins` cells, or null. Full colour at `peak` (a density, 1/unit^2). */
  readonly density: { readonly bins: number; readonly peak: number } | null;
}

/** Draws one canvas. After `dispose` nothing may be called. */
export interface ParticleRenderer {
  readonly kind: "webgpu" | "canvas";
  setCloud(cloud: ParticleCloud): void;
  /** CSS pixels and device pixels per CSS pixel. */
  resize(width: number, height: number, pixelRatio: number): void;
  draw(look: FrameLook): void;
  dispose(): void;
}
