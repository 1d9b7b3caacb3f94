/** Particles by Canvas2D: for browsers without WebGPU, and where the "GPU" is a software rasteriser. */
import { cloudHistogram } from "../cloud-histogram.ts";
import { sequentialRamp, type Ramp } from "../colour-ramp.ts";
import { fieldPixels } from "../field-image.ts";
import { drawPointPixels } from "../point-pixels.ts";
import type { FrameLook, ParticleCloud, ParticleRenderer, Rgb } from "../scene.ts";

/** A renderer on `canvas`; throws if the canvas already has a context of another kind. */
export function createCanvasRenderer(canvas: HTMLCanvasElement): ParticleRenderer {
  // "Read frequently" keeps the picture in main memory, where the loss of a GPU cannot clear it.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null)
    throw new Error("createCanvasRenderer: needs a 2-D context, got none; use a fresh canvas");
  return new CanvasRenderer(canvas, context);
}

class CanvasRenderer implements ParticleRenderer {
  readonly kind = "canvas";
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #cells: HTMLCanvasElement | null = null;
  #points: { canvas: HTMLCanvasElement; image: ImageData } | null = null;
  #cloud: ParticleCloud | null = null;
  #size = { width: 1, height: 1, ratio: 1 };
  #ramp: { rgb: Rgb; ramp: Ramp } | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  setCloud(cloud: ParticleCloud): void {
    this.#cloud = cloud;
  }

  resize(width: number, height: number, ratio: number): void {
    this.#size = { width, height, ratio };
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
  }

  draw(look: FrameLook): void {
    const { width, height, ratio } = this.#size;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    const cloud = this.#cloud;
    if (cloud === null || cloud.values === null) return;
    if (look.density !== null) this.#drawDensity(cloud, look, look.density);
    if (look.trails > 0) this.#drawTrails(cloud, look);
    if (look.points) this.#drawPoints(cloud, look);
  }

  dispose(): void {
    this.#cloud = null;
    this.#cells = null;
    this.#points = null;
  }

  /** Drawn as one picture: a call to the canvas for each point blocks the page for tens of milliseconds. */
  #drawPoints(cloud: ParticleCloud, look: FrameLook): void {
    const { ratio } = this.#size;
    const { width, height } = this.#canvas;
    const toPixel = pixelMap(cloud, look, this.#size);
    const xy = new Float32Array(2 * cloud.particles);
    for (let i = 0; i < cloud.particles; i += 1) {
      const [x, y] = toPixel(look.frame, i);
      xy[2 * i] = x * ratio;
      xy[2 * i + 1] = y * ratio;
    }
    const layer = this.#pointLayer(width, height);
    drawPointPixels(layer.image.data, width, height, xy, { ...look, side: look.pointSize * ratio });
    layer.canvas.getContext("2d", { willReadFrequently: true })?.putImageData(layer.image, 0, 0);
    this.#context.drawImage(layer.canvas, 0, 0, this.#size.width, this.#size.height);
  }

  /** Picture of the points, kept between frames; apart, since what lies under the points shall show through. */
  #pointLayer(width: number, height: number): { canvas: HTMLCanvasElement; image: ImageData } {
    if (this.#points?.image.width === width && this.#points.image.height === height) return this.#points;
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    this.#points = { canvas, image: new ImageData(width, height) };
    return this.#points;
  }

  #drawTrails(cloud: ParticleCloud, look: FrameLook): void {
    const toPixel = pixelMap(cloud, look, this.#size);
    this.#context.strokeStyle = css(look.rgb, 0.3);
    this.#context.lineWidth = 1;
    this.#context.beginPath();
    for (let i = 0; i < Math.min(look.trails, cloud.particles); i += 1) {
      for (let frame = 0; frame <= look.frame; frame += 1) {
        const [x, y] = toPixel(frame, i);
        if (frame === 0) this.#context.moveTo(x, y);
        else this.#context.lineTo(x, y);
      }
    }
    this.#context.stroke();
  }

  #drawDensity(cloud: ParticleCloud, look: FrameLook, { bins, peak }: { bins: number; peak: number }): void {
    const field = cloudHistogram(cloud, look.frame, look.viewport, bins);
    if (this.#ramp === null || this.#ramp.rgb.join() !== look.rgb.join())
      this.#ramp = { rgb: look.rgb, ramp: sequentialRamp(look.rgb, 0.95) };
    this.#cells ??= document.createElement("canvas");
    this.#cells.width = bins;
    this.#cells.height = bins;
    const pixels = new ImageData(fieldPixels(field, [0, peak], this.#ramp.ramp), bins, bins);
    this.#cells.getContext("2d", { willReadFrequently: true })?.putImageData(pixels, 0, 0);
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(this.#cells, 0, 0, this.#size.width, this.#size.height);
  }
}

function css(rgb: Rgb, opacity: number): string {
  return `rgb(${rgb[0]} ${rgb[1]} ${rgb[2]} / ${opacity})`;
}

function pixelMap(
  cloud: ParticleCloud,
  { viewport: { lo, hi } }: FrameLook,
  { width, height }: { width: number; height: number },
): (frame: number, particle: number) => readonly [number, number] {
  const { dim, particles, projection, values } = cloud;
  return (frame, particle) => {
    const at = (frame * particles + particle) * dim;
    let u = 0;
    let v = 0;
    for (let j = 0; j < dim; j += 1) {
      const x = values?.[at + j] ?? 0;
      u += (projection[j] ?? 0) * x;
      v += (projection[dim + j] ?? 0) * x;
    }
    return [((u - lo[0]) / (hi[0] - lo[0])) * width, ((hi[1] - v) / (hi[1] - lo[1])) * height];
  };
}
