/** How eta varies over the steps: constant, a window of stochastic steps, or weights drawn on a strip or typed. */
import { useRef, type PointerEvent } from "react";
import { scheduleOfKind } from "../../spec/adapt.ts";
import type { EtaScheduleSpec, SamplerSpec } from "../../spec/types.ts";
import { NumberField } from "../fields/NumberField.tsx";
import { NumberListField } from "../fields/NumberListField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { HelpTip } from "../HelpTip.tsx";
import { SCHEDULE_WORDS } from "./digests.ts";
import { optionsOf } from "./options.ts";
import { barWeights, roundWeight, windowBetween, withBar } from "./schedule-weights.ts";

export interface ScheduleEditorProps {
  readonly sampler: SamplerSpec;
  readonly onTry: (schedule: EtaScheduleSpec, field: string) => string | null;
}

/** Kind, the strip, and typed values that do the same without dragging. */
export function ScheduleEditor({ sampler, onTry }: ScheduleEditorProps) {
  const { schedule, steps, eta } = sampler;
  return (
    <>
      <SelectField
        label="η schedule"
        value={schedule.kind}
        options={optionsOf(SCHEDULE_WORDS)}
        help={<HelpTip term="schedule" />}
        onTry={(kind) => onTry(startOf(kind, schedule, steps), "sampler.schedule.kind")}
      />
      {schedule.kind !== "constant" && <Strip sampler={sampler} onTry={onTry} />}
      {schedule.kind === "window" && (
        <>
          <NumberField
            label="Window start (step)"
            value={schedule.start}
            fallback={0}
            slider={{ min: 0, max: Math.max(1, steps - 1), step: 1 }}
            onTry={(start) =>
              onTry(
                { ...schedule, start, size: Math.min(schedule.size, Math.max(1, steps - start)) },
                "sampler.schedule.start",
              )
            }
          />
          <NumberField
            label="Window size (steps)"
            value={schedule.size}
            fallback={Math.min(4, steps)}
            slider={{ min: 1, max: Math.max(2, steps), step: 1 }}
            onTry={(size) => onTry({ ...schedule, size }, "sampler.schedule.size")}
          />
        </>
      )}
      {schedule.kind === "weights" && (
        <NumberListField
          label="Weights of η, first step first"
          values={schedule.weights}
          fallback={[1]}
          onTry={(weights) => onTry({ kind: "weights", weights }, "sampler.schedule.weights")}
        />
      )}
      {schedule.kind !== "constant" && <p className="note">η of a step is {eta} × its weight.</p>}
    </>
  );
}

/** A schedule of the kind that starts from what is there. */
function startOf(kind: EtaScheduleSpec["kind"], old: EtaScheduleSpec, steps: number): EtaScheduleSpec {
  if (kind === "weights") {
    const bars = barWeights(old, steps);
    return { kind, weights: old.kind === "constant" && bars.length > 16 ? bars.slice(0, 16) : bars };
  }
  if (kind === "window") return { kind, start: 0, size: Math.max(1, Math.min(4, steps)) };
  return scheduleOfKind(kind);
}

const HEIGHT = 56;

/** Bars to drag on; the fields below it do the same, so it is hidden from screen readers. */
function Strip({ sampler, onTry }: ScheduleEditorProps) {
  const { schedule, steps } = sampler;
  const weights = barWeights(schedule, steps);
  const top = Math.max(1, ...weights);
  const last = useRef<{ bar: number; weight: number } | null>(null);

  const barAt = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const bar = Math.min(weights.length - 1, Math.max(0, Math.floor(share * weights.length)));
    const height = 1 - (event.clientY - box.top) / box.height;
    return {
      bar,
      share: Math.min(0.999999, Math.max(0, share)),
      weight: roundWeight(Math.min(1, height) * top),
    };
  };
  const draw = (event: PointerEvent<SVGSVGElement>) => {
    const { bar, share, weight } = barAt(event);
    if (schedule.kind === "window") {
      const step = Math.floor(share * steps);
      last.current ??= { bar: step, weight: 1 };
      onTry({ kind: "window", ...windowBetween(last.current.bar, step) }, "sampler.schedule.window");
    } else {
      onTry(
        { kind: "weights", weights: withBar(weights, bar, weight, last.current) },
        "sampler.schedule.weights",
      );
      last.current = { bar, weight };
    }
  };

  const width = 100 / weights.length;
  return (
    <svg
      className="strip"
      height={HEIGHT}
      viewBox={`0 0 100 ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onPointerDown={(event) => {
        last.current = null;
        event.currentTarget.setPointerCapture(event.pointerId);
        draw(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) draw(event);
      }}
      onPointerUp={() => (last.current = null)}
    >
      {weights.map((weight, bar) => {
        const height = (weight / top) * (HEIGHT - 4);
        return (
          <rect
            key={bar}
            className={weight > 0 ? "strip-bar" : "strip-bar strip-zero"}
            x={bar * width + width * 0.08}
            width={width * 0.84}
            y={HEIGHT - Math.max(2, height)}
            height={Math.max(2, height)}
          />
        );
      })}
    </svg>
  );
}
