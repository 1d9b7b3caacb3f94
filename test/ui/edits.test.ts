import { describe, expect, it } from "vitest";
import type { LineChartData } from "../../src/measure/series.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { adaptSpec, withModelKind, withProcessKind } from "../../src/spec/adapt.ts";
import { defaultSpec } from "../../src/spec/defaults.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import type { CovarianceSpec, ExperimentSpec } from "../../src/spec/types.ts";
import {
  covarianceKind,
  withCovarianceKind,
  withDimension,
  type GaussianModel,
} from "../../src/ui/controls/gaussian-edits.ts";
import { inDimension, withComponents } from "../../src/ui/controls/mixture-edits.ts";
import { barWeights, windowBetween, withBar } from "../../src/ui/controls/schedule-weights.ts";
import { pointsText } from "../../src/ui/controls/points-words.ts";
import { isNoisy, signalAt, stepTimes, tiltedGaussian } from "../../src/ui/controls/thumbnail-paths.ts";
import { thumbnailOf } from "../../src/ui/controls/thumbnail.ts";
import { pickOf } from "../../src/ui/pick.ts";

function accepted(spec: unknown): boolean {
  return parseSpec(spec).ok;
}

const MATRIX: CovarianceSpec = [
  [0.5, 0.2],
  [0.2, 0.3],
];
const FORMS: readonly CovarianceSpec[] = [
  MATRIX,
  { kind: "isotropic", variance: 0.4 },
  { kind: "diagonal", variances: [0.5, 0.3] },
  { kind: "exponential", variance: 0.4, correlation: 0.5 },
];

describe("A Gaussian law", () => {
  it("stays valid in every dimension and every form of its covariance", () => {
    for (const cov of FORMS) {
      const model: GaussianModel = { kind: "gaussian", mean: [1, 2], cov };
      for (const dim of [1, 2, 5, 6, 7, 64]) {
        const grown = adaptSpec({ ...defaultSpec(), model: withDimension(model, dim) });
        expect(
          grown.model.kind === "gaussian" && grown.model.mean.length,
          `${covarianceKind(cov)} ${dim}`,
        ).toBe(dim);
        expect(accepted(grown), `${covarianceKind(cov)} ${dim}`).toBe(true);
      }
      for (const kind of ["full", "isotropic", "diagonal", "exponential"] as const) {
        const other = withCovarianceKind(model, kind);
        expect(covarianceKind(other.cov)).toBe(kind);
        expect(accepted(adaptSpec({ ...defaultSpec(), model: other })), kind).toBe(true);
      }
    }
  });

  it("keeps its numbers when written as a full matrix", () => {
    const model: GaussianModel = {
      kind: "gaussian",
      mean: [1, 2],
      cov: { kind: "exponential", variance: 0.4, correlation: 0.5 },
    };
    expect(withCovarianceKind(model, "full").cov).toEqual([
      [0.4, 0.2],
      [0.2, 0.4],
    ]);
  });
});

describe("A mixture", () => {
  it("changes dimension and stays valid, reward included", () => {
    const [first] = PRESETS.filter(({ spec }) => spec.model.kind === "points");
    if (first?.spec.model.kind !== "points") throw new Error("the gallery must hold own points");
    const components = first.spec.model.components ?? [];
    const line = withComponents(first.spec, inDimension(components, 1));
    expect(accepted(line)).toBe(true);
    expect(line.model).toMatchObject({ kind: "points", name: "example" });
    expect(accepted(withComponents(line, inDimension(inDimension(components, 1), 2)))).toBe(true);
  });
});

describe("An eta schedule", () => {
  it("is drawn as bars: a window as ones among zeros, weights as they are", () => {
    expect(barWeights({ kind: "window", start: 1, size: 2 }, 4)).toEqual([0, 1, 1, 0]);
    expect(barWeights({ kind: "weights", weights: [0.5, 2] }, 10)).toEqual([0.5, 2]);
    expect(barWeights({ kind: "constant" }, 1000)).toHaveLength(64);
  });

  it("fills the bars that a quick stroke passed over", () => {
    expect(withBar([0, 0, 0, 0, 0], 4, 1, { bar: 0, weight: 0 })).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(withBar([1, 1, 1], 0, 0, { bar: 2, weight: 1 })).toEqual([0, 0.5, 1]);
    expect(withBar([1, 1], 1, 3, null)).toEqual([1, 3]);
  });

  it("takes a window drawn in either direction", () => {
    expect(windowBetween(5, 2)).toEqual({ start: 2, size: 4 });
    expect(windowBetween(3, 3)).toEqual({ start: 3, size: 1 });
  });
});

describe("Thumbnails", () => {
  it.each(PRESETS.map(({ id, spec }) => [id, spec] as const))(
    "of %s hold finite coordinates",
    (_id, spec) => {
      expect(JSON.stringify(thumbnailOf(spec))).not.toMatch(/NaN|Infinity/);
    },
  );

  it("differ between any two presets, as far as the specs do", () => {
    const drawn = PRESETS.map(({ spec }) => JSON.stringify(thumbnailOf(spec)));
    expect(new Set(drawn).size).toBe(PRESETS.length);
    expect(JSON.stringify(thumbnailOf(defaultSpec())), "control: the same spec looks the same").toBe(
      JSON.stringify(thumbnailOf(defaultSpec())),
    );
  });

  it("follow the processes, the grid and the window that the engine runs", () => {
    const kinds = ["ve", "vp", "sub-vp", "flow", "contractive-ou", "contractive-sub-vp"] as const;
    for (const kind of kinds) {
      const { process } = withProcessKind(defaultSpec(), kind);
      const real = createProcess(process);
      // The same closed forms in f64, summed in another order.
      for (const u of [0.1, 0.5, 0.9]) {
        expect(signalAt(process, u).alpha / real.alpha(u * process.T), kind).toBeCloseTo(1, 9);
        expect(signalAt(process, u).sigma / real.sigma(u * process.T), kind).toBeCloseTo(1, 9);
      }
    }
    expect(stepTimes({ kind: "power", power: 2 }, 4, 5)).toEqual([1, 0.5625, 0.25, 0.0625, 0]);
    const window = { ...defaultSpec().sampler, schedule: { kind: "window", start: 1, size: 2 } } as const;
    expect([0, 1, 2, 3].map((k) => isNoisy(window, k, 4))).toEqual([false, true, true, false]);
  });

  it("aim where the tilt moves a Gaussian law", () => {
    const reward = { kind: "quadratic", center: [2] } as const;
    const target = { kind: "tilted", klWeight: 2 } as const;
    const law = [{ weight: 1, mean: [0], cov: [[1]] }];
    // Precision 1 + 2/2 = 2, mean (0 + 1 * 2) / 2.
    expect(tiltedGaussian(law, { reward, target })).toEqual({ weight: 1, mean: [1], cov: [[0.5]] });
    expect(tiltedGaussian(law, { reward, target: { kind: "reference" } })).toBeNull();
  });

  it("survive a singular covariance and a point reward far away", () => {
    const spec: ExperimentSpec = {
      ...defaultSpec(),
      model: {
        kind: "mixture",
        components: [
          {
            weight: 1,
            mean: [0, 0],
            cov: [
              [0, 0],
              [0, 0],
            ],
          },
        ],
      },
      reward: { kind: "quadratic", center: [1e6, 0] },
    };
    expect(JSON.stringify(thumbnailOf(spec))).not.toMatch(/NaN|null,|Infinity/);
  });
});

function chartOver(symbol: string, label = "axis"): LineChartData {
  const x = { label, symbol, scale: "linear" } as const;
  return { chart: "line", id: "c", title: "", x, y: x, series: [], summary: "", notes: [] };
}

describe("A click on a chart", () => {
  const spec = defaultSpec();
  it("sets the field that the axis stands for", () => {
    expect(pickOf(chartOver("η"), spec)?.apply(spec, 0.8).sampler.eta).toBe(0.8);
    expect(pickOf(chartOver("N"), spec)?.apply(spec, 20).sampler.steps).toBe(20);
    expect(pickOf(chartOver("T"), spec)?.apply(spec, 9).process.T).toBe(9);
  });

  it("does nothing on other axes", () => expect(pickOf(chartOver("B(T)"), spec)).toBeNull());
});

describe("Own points", () => {
  const components = [{ weight: 1, mean: [0], cov: [[1]] }];

  it("claim a fit only if there was one", () => {
    const example = withModelKind(defaultSpec(), "points").model;
    if (example.kind !== "points") throw new Error("the example must be points");
    expect(pointsText(example)).toMatch(/^An example of 2 Gaussians/);
    const fit = { kind: "points", name: "mine", components, count: 1200 } as const;
    expect(pointsText(fit)).toBe("1,200 points, fitted by 1 Gaussian (EM, count by BIC).");
    const edited = withComponents({ ...defaultSpec(), model: fit }, [...components, ...components]).model;
    if (edited.kind !== "points") throw new Error("an edit must keep the kind");
    expect(pointsText(edited)).toBe("2 Gaussians, edited by hand after the fit.");
    expect(edited.name).toBe("mine");
    const preset = PRESETS.find(({ id }) => id === "own-points")?.spec.model;
    expect(preset?.kind === "points" && pointsText(preset)).toMatch(/^An example of 3 Gaussians/);
  });
});
