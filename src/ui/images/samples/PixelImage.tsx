import { memo, useEffect, useRef } from "react";
import { type Pixels, pixelsAt, SIDE, type Shown } from "./pixels-at.ts";

export interface PixelImageProps {
  readonly row: Pixels;
  readonly tiles: number;
  readonly shown: Shown;
  readonly frame: number;
  readonly tile: number;
}

/** One image, pixel by pixel; its size on the screen is the stylesheet's. Decorative: whatever holds it carries the name. */
export const PixelImage = memo(function PixelImage({ row, tiles, shown, frame, tile }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const bytes = pixelsAt(row, tiles, shown, frame, tile);
    canvas.current
      ?.getContext("2d")
      ?.putImageData(new ImageData(new Uint8ClampedArray(bytes), SIDE, SIDE), 0, 0);
  }, [row, tiles, shown, frame, tile]);
  return <canvas ref={canvas} className="pixel-image" width={SIDE} height={SIDE} aria-hidden="true" />;
});
