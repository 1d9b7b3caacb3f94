/** Samples of the network in training: the same prompts and the same noise at every look. */
import { useEffect, useRef } from "react";
import { SCRATCH_PROMPTS } from "../../../engine/scratch-training.ts";
import { formatPrompt } from "../../../prompt/format.ts";
import { promptFromTokens } from "../../../prompt/slots.ts";
import { useScratch } from "./scratch-context.ts";

const SIDE = 32;
const BYTES = 4 * SIDE * SIDE;
const WORDS = SCRATCH_PROMPTS.map((tokens) => formatPrompt(promptFromTokens(tokens)));

/** Nothing before the first look. */
export function ScratchSamplesView() {
  const samples = useScratch((state) => state.samples);
  if (samples === null) return null;
  return (
    <figure className="scratch-samples">
      <figcaption className="note">Samples at step {samples.step}: 8 Euler steps, guidance 2</figcaption>
      <ul className="image-grid" style={{ gridTemplateColumns: "repeat(4, minmax(0, 1fr))" }}>
        {WORDS.slice(0, samples.count).map((words, i) => (
          <li key={words}>
            <Sample pixels={samples.pixels} place={i} words={words} />
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Sample(props: {
  readonly pixels: Uint8ClampedArray;
  readonly place: number;
  readonly words: string;
}) {
  const { pixels, place, words } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const bytes = new Uint8ClampedArray(pixels.subarray(BYTES * place, BYTES * (place + 1)));
    canvas.current?.getContext("2d")?.putImageData(new ImageData(bytes, SIDE, SIDE), 0, 0);
  }, [pixels, place]);
  return (
    <canvas
      ref={canvas}
      className="pixel-image"
      width={SIDE}
      height={SIDE}
      role="img"
      aria-label={words}
      title={words}
    />
  );
}
