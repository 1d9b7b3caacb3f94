import { useRef, useState, type KeyboardEvent } from "react";
import { formatNumber } from "../../charts/format.ts";
import { useWidth } from "../../charts/use-size.ts";
import type { ComponentSpec } from "../../spec/types.ts";
import { BottomAxis, SideAxis, type Margins } from "../views/PlotAxes.tsx";
import { plotScale } from "../views/plot-scale.ts";
import { dragRounded, withComponent, withEllipse } from "./component-edits.ts";
import { DragHandle } from "./DragHandle.tsx";
import { draggedEllipse, ellipseOf, handleOffset, type Ellipse } from "./ellipse.ts";
import type { PictureProps } from "./picture-props.ts";

const MARGINS: Margins = { left: 34, right: 6, top: 6, bottom: 20 };

/** Components as ellipses of one and two standard deviations. */
export function MixturePlane(props: PictureProps) {
  const { components, selected, box } = props;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const size = Math.max(1, Math.min(420, width) - MARGINS.left - MARGINS.right);
  const full = { width: size + MARGINS.left + MARGINS.right, height: size + MARGINS.top + MARGINS.bottom };
  const x = plotScale(box.lo[0] ?? 0, box.hi[0] ?? 1, MARGINS.left, MARGINS.left + size);
  const y = plotScale(box.lo[1] ?? 0, box.hi[1] ?? 1, MARGINS.top + size, MARGINS.top);
  const span = x.hi - x.lo;
  const px = size / span;
  const round = (value: number) => dragRounded(value, span);
  const change = (index: number, next: ComponentSpec) =>
    props.onChange(withComponent(components, index, next));
  const heaviest = Math.max(...components.map((c) => c.weight));
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
  return (
    <div ref={holder} className="mixture-picture" style={{ minHeight: full.height }}>
      {width > 0 && (
        <svg
          {...full}
          role="group"
          aria-label={`Mixture of ${components.length} components in the plane`}
          onDoubleClick={(event) => {
            const bounds = event.currentTarget.getBoundingClientRect();
            props.onAdd([x.value(event.clientX - bounds.left), y.value(event.clientY - bounds.top)]);
          }}
        >
          <rect className="mixture-ground" x={MARGINS.left} y={MARGINS.top} width={size} height={size} />
          <BottomAxis scale={x} label="" {...full} margins={MARGINS} ticks={5} />
          <SideAxis scale={y} label="" {...full} margins={MARGINS} ticks={5} />
          {components.map((component, i) => (
            <Ellipses
              key={i}
              component={component}
              at={[x.at(component.mean[0] ?? 0), y.at(component.mean[1] ?? 0)]}
              px={px}
              share={component.weight / heaviest}
              selected={i === selected}
            />
          ))}
          {props.reward !== null && (
            <RewardHandle {...props} centre={props.reward} x={x} y={y} round={round} span={span} />
          )}
          <AxisHandles {...props} x={x} y={y} span={span} />
          {components.map((component, i) => (
            <DragHandle
              key={i}
              at={[x.at(component.mean[0] ?? 0), y.at(component.mean[1] ?? 0)]}
              name={`Component ${i + 1} of ${components.length}, mean (${component.mean.map((v) => formatNumber(v)).join(", ")})`}
              shape="mean"
              selected={i === selected}
              tabStop={i === selected}
              onGrab={() => {
                props.onSelect(i);
                props.onHold(true);
              }}
              onRelease={() => props.onHold(false)}
              onDrag={(left, top) =>
                change(i, { ...component, mean: [round(x.value(left)), round(y.value(top))] })
              }
              onNudge={(right, up, large) => {
                const step = (large ? 10 : 1) * (span / 100);
                const [mx = 0, my = 0] = component.mean;
                change(i, { ...component, mean: [round(mx + right * step), round(my + up * step)] });
              }}
              onKey={keys(i)}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

type Scale = ReturnType<typeof plotScale>;

function Ellipses(props: {
  component: ComponentSpec;
  at: readonly [number, number];
  px: number;
  share: number;
  selected: boolean;
}) {
  const { first, second, angle } = ellipseOf(props.component.cov);
  const turn = `translate(${props.at[0]} ${props.at[1]}) rotate(${(-angle * 180) / Math.PI})`;
  return (
    <g transform={turn} className={props.selected ? "mixture-ellipse mixture-chosen" : "mixture-ellipse"}>
      {[2, 1].map((reach) => (
        <ellipse
          key={reach}
          rx={Math.max(1, reach * first * props.px)}
          ry={Math.max(1, reach * second * props.px)}
          fillOpacity={0.06 + 0.16 * props.share}
        />
      ))}
    </g>
  );
}

/** Handles of the selected component's covariance, on its outer ellipse. */
function AxisHandles(props: PictureProps & { x: Scale; y: Scale; span: number }) {
  const { components, selected, x, y, span } = props;
  const [held, setHeld] = useState<Ellipse | null>(null);
  const component = components[selected];
  if (component === undefined) return null;
  // While a handle is held its axes keep their names, even when the short one grows past the long one.
  const ellipse = held ?? ellipseOf(component.cov);
  const [mx = 0, my = 0] = component.mean;
  const least = span / 400;
  const take = (next: Ellipse) => {
    setHeld(next);
    props.onChange(withComponent(components, selected, withEllipse(component, next, least)));
  };
  return (["first", "second"] as const).map((handle) => {
    const [dx, dy] = handleOffset(ellipse, handle);
    const degrees = Math.round((ellipse.angle * 180) / Math.PI);
    return (
      <DragHandle
        key={handle}
        at={[x.at(mx + dx), y.at(my + dy)]}
        name={`Component ${selected + 1}, ${handle === "first" ? "long" : "short"} axis: standard deviation ${formatNumber(ellipse[handle], 3)}, angle ${degrees}°. Up and down change the length, left and right turn`}
        shape="axis"
        selected
        tabStop
        onGrab={() => props.onHold(true)}
        onRelease={() => {
          setHeld(null);
          props.onHold(false);
        }}
        onDrag={(left, top) => take(draggedEllipse(ellipse, handle, x.value(left) - mx, y.value(top) - my))}
        onNudge={(right, up, large) =>
          take({
            ...ellipse,
            [handle]: ellipse[handle] * (1 + up * (large ? 0.25 : 0.05)),
            angle: ellipse.angle - (right * (large ? 15 : 3) * Math.PI) / 180,
          })
        }
      />
    );
  });
}

function RewardHandle(
  props: PictureProps & {
    centre: readonly number[];
    x: Scale;
    y: Scale;
    span: number;
    round: (v: number) => number;
  },
) {
  const { centre, x, y, span, round, onReward } = props;
  const [cx = 0, cy = 0] = centre;
  return (
    <DragHandle
      at={[x.at(cx), y.at(cy)]}
      name={`Centre of the reward (${formatNumber(cx)}, ${formatNumber(cy)})`}
      shape="reward"
      selected={false}
      tabStop={onReward !== null}
      onGrab={() => props.onHold(true)}
      onRelease={() => props.onHold(false)}
      onDrag={(left, top) => onReward?.([round(x.value(left)), round(y.value(top))])}
      onNudge={(right, up, large) => {
        const step = (large ? 10 : 1) * (span / 100);
        onReward?.([round(cx + right * step), round(cy + up * step)]);
      }}
    />
  );
}
