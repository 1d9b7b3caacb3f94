/** The uniform of all view shaders, packed by name; mirrors struct ViewParams of shaders/render/view.wgsl. */
import type { FrameLook, ParticleCloud } from "../scene.ts";

/** Byte offsets of the fields; a test compares them with the shader's text. */
export const VIEW_PARAMS_LAYOUT = {
  lo: 0,
  hi: 8,
  size: 16,
  point_size: 24,
  opacity: 28,
  rgb: 32,
  peak: 44,
  particles: 48,
  dim: 52,
  frame: 56,
  bins: 60,
} as const;

export const VIEW_PARAMS_BYTES = 64;

/** Values of one draw: the look, the cloud, the canvas in device pixels, and the width of a point or line there. */
export function packViewParams(
  look: FrameLook,
  cloud: ParticleCloud,
  size: readonly [number, number],
  stroke: { readonly width: number; readonly opacity: number },
): ArrayBuffer {
  const bytes = new ArrayBuffer(VIEW_PARAMS_BYTES);
  const view = new DataView(bytes);
  const floats = (offset: number, values: readonly number[]) =>
    values.forEach((value, i) => view.setFloat32(offset + 4 * i, value, true));
  const at = VIEW_PARAMS_LAYOUT;
  floats(at.lo, look.viewport.lo);
  floats(at.hi, look.viewport.hi);
  floats(at.size, size);
  floats(at.point_size, [stroke.width]);
  floats(at.opacity, [stroke.opacity]);
  floats(
    at.rgb,
    look.rgb.map((channel) => channel / 255),
  );
  floats(at.peak, [look.density?.peak ?? 1]);
  view.setUint32(at.particles, cloud.particles, true);
  view.setUint32(at.dim, cloud.dim, true);
  view.setUint32(at.frame, look.frame, true);
  view.setUint32(at.bins, look.density?.bins ?? 1, true);
  return bytes;
}
