import { useRef, type KeyboardEvent } from "react";
import { formatNumber } from "../../charts/format.ts";
import { useWidth } from "../../charts/use-size.ts";
import type { ComponentSpec } from "../../spec/types.ts";
import { BottomAxis, type Margins } from "../views/PlotAxes.tsx";
import { linePath, plotScale } from "../views/plot-scale.ts";
import { dragRounded, tidy, withComponent, type Components } from "./component-edits.ts";
import { DragHandle } from "./DragHandle.tsx";
import type { PictureProps } from "./picture-props.ts";

const MARGINS: Margins = { left: 12, right: 12, top: 14, bottom: 20 };
const HEIGHT = 170;
const NODES = 240;

/** A mixture on the line: its density, each component, and handles at mean and one standard deviation. */
export function MixtureLine(props: PictureProps) {
  const { components, selected, box } = props;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const x = plotScale(
    box.lo[0] ?? 0,
    box.hi[0] ?? 1,
    MARGINS.left,
    Math.max(MARGINS.left + 1, width - MARGINS.right),
  );
  const span = x.hi - x.lo;
  const node = (i: number) => x.lo + (span * i) / (NODES - 1);
  const total = components.reduce((sum, c) => sum + c.weight, 0);
  const least = span / 400;
  const at = (component: ComponentSpec, where: number) => componentDensity(component, total, where, least);
  const all = (where: number) => components.reduce((sum, c) => sum + at(c, where), 0);
  const peak = Math.max(
    ...Array.from({ length: NODES }, (_, i) => all(node(i))),
    ...components.map((c) => all(c.mean[0] ?? 0)),
  );
  const y = plotScale(0, peak, HEIGHT - MARGINS.bottom, MARGINS.top);
  const area = (f: (where: number) => number) =>
    `${linePath(NODES, (i) => [x.at(node(i)), y.at(f(node(i)))])}L${x.at(x.hi)} ${y.at(0)}L${x.at(x.lo)} ${y.at(0)}Z`;
  const change = (index: number, next: ComponentSpec) =>
    props.onChange(withComponent(components, index, next));
  const moved = (c: ComponentSpec, mean: number) => ({ ...c, mean: [dragRounded(mean, span)] });
  const widened = (c: ComponentSpec, std: number) => ({ ...c, cov: [[tidy(Math.max(least, std) ** 2)]] });
  const keys = (index: number) => (event: KeyboardEvent) => {
    const to = event.key === "PageDown" ? index + 1 : event.key === "PageUp" ? index - 1 : null;
    if (to !== null) {
      event.preventDefault();
      props.onSelect((to + components.length) % components.length);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      props.onRemove(index);
    }
  };
  const chosen = components[selected];
  return (
    <div ref={holder} className="mixture-picture" style={{ minHeight: HEIGHT }}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="group"
          aria-label={`Mixture of ${components.length} components on the line`}
          onDoubleClick={(event) =>
            props.onAdd([x.value(event.clientX - event.currentTarget.getBoundingClientRect().left)])
          }
        >
          <rect
            className="mixture-ground"
            x={MARGINS.left}
            y={MARGINS.top}
            width={Math.max(0, width - MARGINS.left - MARGINS.right)}
            height={HEIGHT - MARGINS.top - MARGINS.bottom}
          />
          <path className="mixture-density" d={area(all)} />
          {components.map((component, i) => (
            <path
              key={i}
              className={i === selected ? "mixture-part mixture-chosen" : "mixture-part"}
              d={linePath(NODES, (k) => [x.at(node(k)), y.at(at(component, node(k)))])}
            />
          ))}
          <BottomAxis scale={x} label="" width={width} height={HEIGHT} margins={MARGINS} ticks={6} />
          {props.reward !== null && (
            <DragHandle
              at={[x.at(props.reward[0] ?? 0), MARGINS.top + 6]}
              name={`Centre of the reward (${formatNumber(props.reward[0] ?? 0)})`}
              shape="reward"
              selected={false}
              tabStop={props.onReward !== null}
              onGrab={() => props.onHold(true)}
              onRelease={() => props.onHold(false)}
              onDrag={(left) => props.onReward?.([dragRounded(x.value(left), span)])}
              onNudge={(right, _up, large) =>
                props.onReward?.([
                  dragRounded((props.reward?.[0] ?? 0) + (right * (large ? 10 : 1) * span) / 100, span),
                ])
              }
            />
          )}
          {components.map((component, i) => (
            <DragHandle
              key={i}
              at={[x.at(component.mean[0] ?? 0), y.at(at(component, component.mean[0] ?? 0))]}
              name={`Component ${i + 1} of ${components.length}, mean ${formatNumber(component.mean[0] ?? 0)}`}
              shape="mean"
              selected={i === selected}
              tabStop={i === selected}
              onGrab={() => {
                props.onSelect(i);
                props.onHold(true);
              }}
              onRelease={() => props.onHold(false)}
              onDrag={(left) => change(i, moved(component, x.value(left)))}
              onNudge={(right, _up, large) =>
                change(
                  i,
                  moved(component, (component.mean[0] ?? 0) + (right * (large ? 10 : 1) * span) / 100),
                )
              }
              onKey={keys(i)}
            />
          ))}
          {chosen !== undefined && (
            <WidthHandle
              component={chosen}
              index={selected}
              x={x}
              y={y.at(at(chosen, (chosen.mean[0] ?? 0) + stdOf(chosen)))}
              onHold={props.onHold}
              onStd={(std) => change(selected, widened(chosen, std))}
            />
          )}
        </svg>
      )}
    </div>
  );
}

function WidthHandle(props: {
  component: ComponentSpec;
  index: number;
  x: ReturnType<typeof plotScale>;
  y: number;
  onHold: (held: boolean) => void;
  onStd: (std: number) => void;
}) {
  const { component, index, x, onStd } = props;
  const mean = component.mean[0] ?? 0;
  const std = stdOf(component);
  return (
    <DragHandle
      at={[x.at(mean + std), props.y]}
      name={`Component ${index + 1}, standard deviation ${formatNumber(std, 3)}`}
      shape="axis"
      selected
      tabStop
      onGrab={() => props.onHold(true)}
      onRelease={() => props.onHold(false)}
      onDrag={(left) => onStd(Math.abs(x.value(left) - mean))}
      onNudge={(right, up, large) => onStd(std * (1 + (right || up) * (large ? 0.25 : 0.05)))}
    />
  );
}

function stdOf(component: ComponentSpec): number {
  return Math.sqrt(component.cov[0]?.[0] ?? 0);
}

/** weight share times the Gaussian density at x; point masses are drawn `least` wide. */
function componentDensity(component: Components[number], total: number, x: number, least: number): number {
  const std = Math.max(least, stdOf(component));
  const z = (x - (component.mean[0] ?? 0)) / std;
  return ((component.weight / total) * Math.exp((-z * z) / 2)) / (std * Math.sqrt(2 * Math.PI));
}
