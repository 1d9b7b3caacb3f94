import { describe, expect, it } from "vitest";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { chainLaw, engineReport, selfTest } from "../../src/lab/self-test.ts";

describe("The self-test", () => {
  it("passes on the reference engine", async () => {
    const engine = await createCpuEngine({ workers: 0 });
    const report = await selfTest(engine, () => 0);
    engine.dispose();
    expect(report.lines.map(({ what, got, passed }) => [what, passed ? "" : got])).toEqual(
      report.lines.map(({ what }) => [what, ""]),
    );
    expect(report.passed).toBe(true);
  });

  it("control: fails on an engine whose samples are off by a fiftieth, and on one with other random words", async () => {
    const engine = await createCpuEngine({ workers: 0 });
    const biased = await selfTest(
      {
        ...engine,
        measure: (job, control) =>
          engine.measure(
            {
              ...job,
              arms: job.arms.map((arm) =>
                arm.program.kind === "linear"
                  ? { ...arm, program: { ...arm.program, b: arm.program.b.map((b) => b * 1.02) } }
                  : arm,
              ),
            },
            control,
          ),
      },
      () => 0,
    );
    expect(biased.lines.map(({ passed }) => passed)).toEqual([true, false, true]);
    const words = await selfTest({ ...engine, bits: async () => Uint32Array.of(1, 2, 3, 4) }, () => 0);
    expect(words.lines[0]?.passed).toBe(false);
    expect(engineReport(engine.info, "why", words, "browser")).toContain("FAIL Random words");
    engine.dispose();
  });

  it("compares with a law that is right by hand: one step", () => {
    // y1 = 0.5 y0 + 1 + 0.2 z with y0 ~ N(0, 9): mean 1, variance 0.25 * 9 + 0.04 = 2.29.
    const law = chainLaw({ steps: 1, a: 0.5, b: 1, c: 0.2, priorStd: 3 });
    expect(law.mean).toBe(1);
    expect(law.variance).toBeCloseTo(2.29, 14);
  });
});
