import { describe, expect, it } from "vitest";
import { summaryRows } from "../../../src/ui/training/views/summary-rows.ts";

const of = (n: number) => ({ value: 0.5, se: 0.01, n });
const arm = { reward: of(2048), each: [], heldOut: null, kl: null, diversity: of(1024) };

describe("The numbers under the samples", () => {
  it("give the n of a row that is not that of the others, and of no other row", () => {
    // 1.96 standard errors of 0.01.
    expect(summaryRows({ improvement: of(2048), gap: null, sde: null, ode: arm })).toEqual([
      { name: "Gained by the ODE", text: "0.500 ± 0.020" },
      { name: "Diversity, ODE", text: "0.500 ± 0.020 (n = 1,024)" },
    ]);
  });
});
