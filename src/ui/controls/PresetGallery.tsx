/** Experiments to start from, each with a picture computed from its spec. */
import { useMemo } from "react";
import { PRESETS, type Preset } from "../../spec/presets.ts";
import type { ExperimentSpec } from "../../spec/types.ts";
import { useLab, useLabStore } from "../lab-context.ts";
import { presetFor } from "./preset-of.ts";
import { PresetList } from "./PresetList.tsx";
import { Section } from "./Section.tsx";
import { THUMB_HEIGHT, THUMB_WIDTH, thumbnailOf } from "./thumbnail.ts";

/** Section "Presets". */
export function PresetGallery({ onOpened }: { readonly onOpened: () => void }) {
  const store = useLabStore();
  const current = useLab((state) => presetFor(state.spec));
  const open = (preset: Preset) => {
    const { edit, seedLocked } = store.getState();
    edit((old) =>
      seedLocked
        ? { ...preset.spec, evaluation: { ...preset.spec.evaluation, seed: old.evaluation.seed } }
        : preset.spec,
    );
    onOpened();
  };
  return (
    <Section id="presets" title="Presets" digest={current?.title ?? "Own settings"} openAtFirst>
      <PresetList
        presets={PRESETS}
        current={current}
        tell={({ description }) => description}
        picture={({ spec }) => <Thumbnail spec={spec} />}
        onOpen={open}
      />
    </Section>
  );
}

/** The picture of a spec. */
export function Thumbnail({ spec }: { readonly spec: ExperimentSpec }) {
  const picture = useMemo(() => thumbnailOf(spec), [spec]);
  return (
    <svg
      className="thumb"
      viewBox={`0 0 ${THUMB_WIDTH} ${THUMB_HEIGHT}`}
      aria-hidden="true"
      focusable="false"
    >
      {picture.kind === "course" && (
        <>
          {picture.bands.map((band, i) => (
            <path key={i} className="thumb-area" d={band} />
          ))}
          {picture.steps.map(({ x, noisy }, i) => (
            <path
              key={i}
              className={noisy ? "thumb-step" : "thumb-step thumb-still"}
              strokeWidth={Math.min(0.9, 12 / picture.steps.length)}
              d={`M ${x} 3 V 53`}
            />
          ))}
          <path className="thumb-line" d={picture.law} />
          {picture.target !== null && <path className="thumb-line thumb-target" d={picture.target} />}
          {picture.mark !== null && <path className="thumb-mark" d={`M 70 ${picture.mark} H 98`} />}
        </>
      )}
      {picture.kind === "plane" && (
        <>
          {picture.ellipses.map((e, i) => (
            <ellipse
              key={i}
              className="thumb-blob"
              rx={e.rx}
              ry={e.ry}
              opacity={0.35 + 0.5 * e.weight}
              transform={`translate(${e.cx} ${e.cy}) rotate(${e.turn})`}
            />
          ))}
          {picture.dots.map(([x, y], i) => (
            <circle key={i} className="thumb-dot" cx={x} cy={y} r={1.1} />
          ))}
          {picture.mark !== null && (
            <path className="thumb-mark" d={`M ${picture.mark[0] - 4} ${picture.mark[1]} h 8 m -4 -4 v 8`} />
          )}
        </>
      )}
      {picture.kind === "spectrum" &&
        picture.bars.map((bar, i) => (
          <rect
            key={i}
            className="thumb-dot"
            x={4 + (i * 92) / picture.bars.length}
            width={(92 / picture.bars.length) * 0.7}
            y={THUMB_HEIGHT / 2 - Math.max(0, bar) * 36}
            height={Math.abs(bar) * 36 + 0.5}
          />
        ))}
    </svg>
  );
}
