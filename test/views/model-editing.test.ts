import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundedComponents } from "../../src/experiments/fit-points.ts";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { isPositiveSemiDefinite } from "../../src/spec/psd.ts";
import {
  dragRounded,
  editorBox,
  withAdded,
  withEllipse,
  withoutComponent,
} from "../../src/ui/model-editor/component-edits.ts";
import {
  covarianceOf,
  draggedEllipse,
  ellipseOf,
  handleOffset,
  type Ellipse,
} from "../../src/ui/model-editor/ellipse.ts";
import { movedReward, rewardCentre } from "../../src/ui/model-editor/reward-centre.ts";

const length = fc.double({ min: 1e-2, max: 10, noNaN: true });
const angle = fc.double({ min: -3, max: 3, noNaN: true });
const ellipse = fc.record({ first: length, second: length, angle }) as fc.Arbitrary<Ellipse>;
const component = {
  weight: 1,
  mean: [0, 0],
  cov: [
    [1, 0],
    [0, 1],
  ],
};

describe("ellipses", () => {
  it("go to a covariance and back", () => {
    fc.assert(
      fc.property(ellipse, (e) => {
        const cov = covarianceOf(e);
        const again = covarianceOf(ellipseOf(cov));
        // Square roots and squares in f64: a few ulps of the largest entry.
        const scale = Math.max(e.first, e.second) ** 2;
        cov
          .flat()
          .forEach((value, i) => expect(Math.abs(again.flat()[i]! - value)).toBeLessThan(1e-12 * scale));
      }),
    );
  });

  it("have the principal axes as their handles: C u = first^2 u", () => {
    fc.assert(
      fc.property(ellipse, (e) => {
        const cov = covarianceOf(e);
        for (const handle of ["first", "second"] as const) {
          const [x, y] = handleOffset(e, handle);
          const scale = Math.max(e.first, e.second) ** 3;
          expect(Math.abs(cov[0]![0]! * x + cov[0]![1]! * y - e[handle] ** 2 * x)).toBeLessThan(
            1e-11 * scale,
          );
          expect(Math.abs(cov[1]![0]! * x + cov[1]![1]! * y - e[handle] ** 2 * y)).toBeLessThan(
            1e-11 * scale,
          );
        }
      }),
    );
  });

  it("follow a dragged handle to where it was dragged, and keep the other length", () => {
    fc.assert(
      fc.property(
        ellipse,
        fc.constantFrom("first" as const, "second" as const),
        length,
        angle,
        (e, handle, r, turn) => {
          const to = [r * Math.cos(turn), r * Math.sin(turn)] as const;
          const next = draggedEllipse(e, handle, to[0], to[1]);
          handleOffset(next, handle).forEach((value, i) =>
            expect(Math.abs(value - to[i]!)).toBeLessThan(1e-12 * r),
          );
          const other = handle === "first" ? "second" : "first";
          expect(next[other]).toBe(e[other]);
        },
      ),
    );
  });
});

describe("component edits", () => {
  it("keep covariances positive semi-definite when rounded", () => {
    fc.assert(
      fc.property(ellipse, (e) => {
        const { cov } = withEllipse(component, { ...e, second: e.second / 1e3 }, 1e-4);
        expect(isPositiveSemiDefinite(cov)).toBe(true);
        const wanted = covarianceOf({ ...e, second: Math.max(1e-4, e.second / 1e3) });
        // Four significant digits of each entry; below 1e-30 an entry is nothing.
        cov
          .flat()
          .forEach((value, i) =>
            expect(Math.abs(value - wanted.flat()[i]!)).toBeLessThanOrEqual(
              1.01e-3 * Math.abs(wanted.flat()[i]!) + 1e-30,
            ),
          );
      }),
    );
  });

  it("would not stay so with ordinary rounding (control)", () => {
    const cov = covarianceOf({ first: 3, second: 1e-4, angle: 0.7 });
    const plain = cov.map((row) => row.map((value) => Number(value.toPrecision(4))));
    expect(isPositiveSemiDefinite(plain)).toBe(false);
  });

  it("add up to 64 components and remove down to one", () => {
    let components = [component];
    for (let i = 0; i < 80; i += 1) components = withAdded(components, [i, 0]) as typeof components;
    expect(components).toHaveLength(64);
    expect(components[1]!.cov).toEqual([
      [1, 0],
      [0, 1],
    ]);
    for (let i = 0; i < 80; i += 1) components = withoutComponent(components, 0) as typeof components;
    expect(components).toHaveLength(1);
  });

  it("round drags to what the window can mean", () => {
    expect(dragRounded(1.23456789, 10)).toBe(1.23);
    expect(dragRounded(1234.56789, 10_000)).toBe(1230);
  });

  it("show every component with three standard deviations", () => {
    const box = editorBox(
      [
        component,
        {
          weight: 1,
          mean: [5, -2],
          cov: [
            [4, 0],
            [0, 0.1],
          ],
        },
      ],
      2,
    );
    expect(box.hi[0]).toBeGreaterThanOrEqual(11);
    expect(box.lo[0]).toBeLessThanOrEqual(-3);
    expect(box.hi[0]! - box.lo[0]!).toBeCloseTo(box.hi[1]! - box.lo[1]!, 12);
  });
});

describe("roundedComponents", () => {
  it("keeps 4 digits, orders by weight and stays positive definite", () => {
    const thin = covarianceOf({ first: 2, second: 1e-3, angle: 0.4 });
    const [first, second] = roundedComponents(
      mixtureFromComponents([
        { weight: 0.333333, mean: [1.23456, -9.87654], cov: thin },
        {
          weight: 0.666667,
          mean: [0, 100000.4],
          cov: [
            [1, 0],
            [0, 1],
          ],
        },
      ]),
    );
    expect([first!.weight, second!.weight]).toEqual([0.6667, 0.3333]);
    expect(second!.mean).toEqual([1.235, -9.877]);
    expect(first!.mean).toEqual([0, 100000]);
    expect(isPositiveSemiDefinite(second!.cov)).toBe(true);
  });
});

describe("rewards with a place", () => {
  it("are moved, and others left alone", () => {
    const ring = { kind: "ring", center: [1, 2], radius: 1, width: 0.2 } as const;
    expect(rewardCentre(ring, 2)).toEqual([1, 2]);
    expect(movedReward(ring, [3, 4])).toEqual({ ...ring, center: [3, 4] });
    const linear = { kind: "linear", weights: [1], offset: 0 } as const;
    expect(rewardCentre(linear, 1)).toBeNull();
    expect(movedReward(linear, [9])).toBe(linear);
  });
});
