/** The computation that all peers run: a 2-D mixture of 8 components, gDDIM, eta = 1.2, VE, N steps. */
import { mixtureProgram } from "../../src/diffusion/builders.ts";
import { samplerCoefficients } from "../../src/diffusion/coefficients.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import type { MixtureProgram } from "../../src/diffusion/program.ts";
import { mixtureTable } from "../../src/engine/webgpu/mixture-table.ts";

export const COMPONENTS = 8;
export const ETA = 1.2;

/** Eight unlike, correlated components on a circle of radius 2. */
export function circleProgram(steps: number, eta = ETA): MixtureProgram {
  const mixture = mixtureFromComponents(
    Array.from({ length: COMPONENTS }, (_, j) => {
      const angle = (2 * Math.PI * j) / COMPONENTS;
      const tilt = 0.02 * Math.cos(3 * j);
      return {
        weight: 1 + (j % 3),
        mean: [2 * Math.cos(angle), 2 * Math.sin(angle)],
        cov: [
          [0.05 + 0.005 * j, tilt],
          [tilt, 0.06],
        ],
      };
    }),
  );
  const process = createProcess({ kind: "ve", T: 5 });
  const grid = createGrid({ kind: "power", power: 3 }, process, steps);
  const etas = new Float64Array(steps).fill(eta);
  return mixtureProgram(mixture, process, samplerCoefficients("gddim", process, grid, etas));
}

/** One step as plain numbers for array libraries: the step's own, and 9 per component in rows [9, K]. */
export interface StepTable {
  readonly cx: number;
  readonly c0: number;
  readonly cz: number;
  /** m.x, m.y, L.xx, L.yx, L.yy, level (all base e), g.xx, g.xy, g.yy; m = alpha mean, alpha = 1 for VE. */
  readonly rows: readonly (readonly number[])[];
}

/** The tables of the kernels with exponents in base e. */
export function stepTables(program: MixtureProgram): StepTable[] {
  const { components, coefficients } = mixtureTable(program);
  const root = Math.sqrt(Math.LN2);
  return program.coefficients.map((_, k) => {
    const row = (entry: number, scale = 1) =>
      Array.from(
        { length: COMPONENTS },
        (_, j) => scale * (components[12 * (COMPONENTS * k + j) + entry] ?? 0),
      );
    return {
      cx: coefficients[12 * k] ?? 0,
      c0: coefficients[12 * k + 1] ?? 0,
      cz: coefficients[12 * k + 2] ?? 0,
      rows: [
        row(0),
        row(1),
        row(2, root),
        row(4, root),
        row(5, root),
        row(3, Math.LN2).map((level) => level - 64 * Math.LN2),
        row(6),
        row(7),
        row(8),
      ],
    };
  });
}
