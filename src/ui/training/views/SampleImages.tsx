/** Images of one network under one sampler: a square of them, in the order of the noise that they came from. */
import { memo, useEffect, useMemo, useRef } from "react";
import { SIDE, samplePixels } from "./sample-pixels.ts";

export interface SampleImagesProps {
  /** [n, 3, 32, 32] in [-1, 1]. */
  readonly samples: Float32Array;
  /** What there is to say of each image, for its tip and for those who do not see it. */
  readonly words: readonly string[];
  readonly name: string;
  /** The image under the pointer, in every row. */
  readonly marked: number | null;
  readonly onMark: (image: number | null) => void;
}

/** The square. */
export function SampleImages({ samples, words, name, marked, onMark }: SampleImagesProps) {
  const pixels = useMemo(() => samplePixels(samples), [samples]);
  const columns = Math.ceil(Math.sqrt(pixels.length));
  return (
    <ul
      className="image-grid"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      aria-label={`${name}: ${pixels.length} images`}
      onPointerLeave={() => onMark(null)}
    >
      {pixels.map((bytes, i) => (
        <li
          key={i}
          className={`image-tile training-image${i === marked ? " image-marked" : ""}`}
          title={words[i] ?? ""}
          onPointerEnter={() => onMark(i)}
        >
          <Pixels bytes={bytes} />
          <span className="visually-hidden">{words[i]}</span>
        </li>
      ))}
    </ul>
  );
}

const Pixels = memo(function Pixels({ bytes }: { readonly bytes: Uint8ClampedArray<ArrayBuffer> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(bytes, SIDE, SIDE), 0, 0);
  }, [bytes]);
  return <canvas ref={canvas} className="pixel-image" width={SIDE} height={SIDE} aria-hidden="true" />;
});
