import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  numberFault,
  parseNumber,
  parseNumberList,
  parseSingleNumber,
} from "../../src/ui/fields/parse-number.ts";
import {
  fromPosition,
  keyDirection,
  nudged,
  sliderNudged,
  SLIDER_STEPS,
  toPosition,
} from "../../src/ui/fields/slider-scale.ts";
import { messageFor } from "../../src/ui/lab-context.ts";
import { runAnnouncement, runText, stageText } from "../../src/ui/run-words.ts";
import { durationText } from "../../src/ui/time-words.ts";

describe("Typed numbers", () => {
  it.each([
    ["0,5", 0.5],
    ["-1,25", -1.25],
    ["2,", 2],
    ["1,5e-3", 0.0015],
    ["0,500", 0.5],
    ["1000,125", 1000.125],
    ["1.5", 1.5],
  ])("alone in a field may have a decimal comma: %j is %d", (text, value) =>
    expect(parseSingleNumber(text)).toBe(value),
  );

  it.each(["1,000", "-20,500", "1,2,3", ",", "1.5,2"])("are not guessed: %j", (text) => {
    expect(parseSingleNumber(text)).toBeNull();
    expect(numberFault(text, 7)).toContain("Type");
  });

  it("say what a comma before three digits could mean", () =>
    expect(numberFault("20,500", 7)).toBe("Type 20500 or 20.500: this comma could mean either."));

  it.each([
    ["1.5", 1.5],
    [" -2 ", -2],
    ["−2", -2],
    [".5", 0.5],
    ["3.", 3],
    ["1e-3", 0.001],
    ["1E+2", 100],
  ])("%j is %d", (text, value) => expect(parseNumber(text)).toBe(value));

  it.each(["", " ", "abc", "1,5", "1.5.2", "NaN", "Infinity", "1e999", "0x10", "--1", "1 2", "1e"])(
    "%j is not a number",
    (text) => expect(parseNumber(text)).toBeNull(),
  );

  it("read back what they show, for any double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(parseNumber(String(x))).toBe(x === 0 ? 0 : x);
      }),
    );
  });

  it("form lists with commas, semicolons or spaces", () => {
    expect(parseNumberList("0, 1;2  3")).toEqual({ values: [0, 1, 2, 3] });
    expect(parseNumberList("0, 1x, 2")).toEqual({ wrong: "1x" });
    expect(parseNumberList("")).toEqual({ values: [] });
  });
});

describe("A slider", () => {
  const linear = { min: 0, max: 5, step: 0.05 };
  const log = { min: 0.01, max: 100, log: true };

  it("gives round values inside its range at every position", () => {
    for (let p = 0; p <= SLIDER_STEPS; p++) {
      for (const scale of [linear, log]) {
        const value = fromPosition(p, scale);
        expect(value >= scale.min && value <= scale.max).toBe(true);
        expect(String(value).length).toBeLessThanOrEqual(6);
      }
    }
  });

  it("finds the position of the value it gave, to one step", () => {
    for (let p = 0; p <= SLIDER_STEPS; p += 20) {
      const value = fromPosition(p, linear);
      expect(fromPosition(toPosition(value, linear), linear)).toBe(value);
    }
  });

  it("has whole values where these are asked for", () => {
    const steps = { min: 1, max: 200, log: true, step: 1 };
    for (let p = 0; p <= SLIDER_STEPS; p += 7) expect(Number.isInteger(fromPosition(p, steps))).toBe(true);
  });

  it("stays at its end for values beyond it", () => {
    expect([toPosition(50, linear), toPosition(-1, linear), toPosition(NaN, linear)]).toEqual([
      SLIDER_STEPS,
      0,
      0,
    ]);
  });
});

describe("Arrow keys", () => {
  const whole = { min: 1, max: 100, log: true, step: 1 };
  const scales = [
    whole,
    { min: 8, max: 256, log: true, step: 8 },
    { min: 0.1, max: 600, log: true, step: 0.1 },
    { min: 0.5, max: 20, log: true },
    { min: 1e-6, max: 1e-2, log: true },
  ];

  it("walk a logarithmic slider from end to end and back, always onwards and in whole steps", () => {
    for (const scale of scales) {
      const { min, max, step } = { step: undefined, ...scale };
      for (const direction of [1, -1] as const) {
        const [from, to] = direction > 0 ? [min, max] : [max, min];
        let value = from;
        let presses = 0;
        for (; value !== to && presses < 300; presses++) {
          const next = sliderNudged(value, direction, scale);
          expect(direction * (next - value)).toBeGreaterThan(0);
          if (step !== undefined) expect(next / step).toBeCloseTo(Math.round(next / step), 6);
          value = next;
        }
        expect(value).toBe(to);
        // A hundredth of the slider each, fewer where whole steps are longer, more only through rounding.
        expect(presses).toBeLessThan(150);
        expect(sliderNudged(to, direction, scale)).toBe(to);
      }
    }
  });

  it("in a box of whole numbers go to the next one where a tenth is less", () => {
    const up = [1, 4, 9, 40].map((value) => nudged(value, 1, whole));
    const down = [1, 2, 4, 40].map((value) => nudged(value, -1, whole));
    expect(up).toEqual([2, 5, 10, 44]);
    expect(down).toEqual([1, 1, 3, 36]);
    // Where any value goes, a tenth is a tenth.
    expect(nudged(4, 1, { min: 0.01, max: 100, log: true })).toBe(4.4);
    expect(nudged(0, 1, { min: 0.01, max: 100, log: true })).toBe(0.01);
    expect(nudged(2, -1, { min: 0, max: 5, step: 0.05 })).toBe(1.95);
  });

  it("are the four arrows and no other key", () =>
    expect(["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "PageUp", "a"].map(keyDirection)).toEqual([
      1, 1, -1, -1, 0, 0,
    ]));
});

describe("The message at a field", () => {
  it("is the field's own, without advice on links", () => {
    const problems = [
      { field: "process.T", message: "must be positive" },
      {
        field: "sampler.eta",
        message: "must be a number from 0 to 50, got 60; correct it, or leave it out for the default",
      },
    ];
    expect(messageFor(problems, "sampler.eta")).toBe("Must be a number from 0 to 50, got 60.");
  });

  it("is that of a part, without its path: a table says by itself which cell it is of", () => {
    const problems = [{ field: "rewards[0].reward.bumps[0].width", message: "must be above 0, got 0" }];
    expect(messageFor(problems, "rewards[0].reward.bumps[0]")).toBe("Must be above 0, got 0.");
    // Control: a field whose name only begins alike is another one.
    expect(messageFor(problems, "rewards[0].reward.bump")).toContain("rewards[0].reward.bumps[0].width");
  });

  it("is an entry's for a list, and names another field's if there is none of its own", () => {
    expect(
      messageFor([{ field: "evaluation.etas[2]", message: "must be a number" }], "evaluation.etas"),
    ).toBe("Must be a number.");
    expect(messageFor([{ field: "process.T", message: "must be positive" }], "sampler.eta")).toContain(
      "process.T",
    );
    expect(messageFor([], "sampler.eta")).toBeNull();
    expect(messageFor([{ field: "reward.text", message: "must end\nx+\n  ^" }], "reward.text")).toBe(
      "Must end.\nx+\n  ^",
    );
  });
});

describe("Words for the run", () => {
  it("tell share and time left, and change for listeners only every quarter", () => {
    const run = { phase: "running", stage: "full", done: 0.37, etaMs: 12_300 } as const;
    expect(runText(run)).toBe("Measuring, 37 % done, about 12 s left");
    const heard = new Set(Array.from({ length: 100 }, (_, i) => runAnnouncement({ ...run, done: i / 100 })));
    expect(heard.size).toBe(4);
  });

  it("give the reason where a study has no answer, instead of a result", () => {
    const done = { phase: "done", wallMs: 3, particles: 0 } as const;
    expect(runText(done, "Use a Gaussian model.")).toBe("No answer for this setting: Use a Gaussian model.");
    expect(runAnnouncement(done, "Use a Gaussian model.")).toContain("Use a Gaussian model.");
    expect(runText(done)).toMatch(/^Done/);
    const shown = { specKey: "", charts: [], stage: "theory", particles: 0, engine: null } as const;
    expect(stageText({ ...shown, refusal: "No." }, true)).toBe("No answer for this setting");
    expect(stageText({ ...shown, refusal: "No." }, false)).toBe("Updating …");
    expect(stageText({ ...shown, refusal: null }, true)).toBe("Theory only so far");
  });

  it("tell durations as people do", () => {
    expect([120, 4400, 61_000, 605_000].map(durationText)).toEqual([
      "0.1 s",
      "4 s",
      "1 min 1 s",
      "10 min 5 s",
    ]);
  });
});
