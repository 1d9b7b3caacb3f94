import { describe, expect, it } from "vitest";
import { pythonOrSkip, runPython } from "./python-stage.ts";

interface Checks {
  readonly gddim: readonly {
    readonly eta: number;
    readonly mean: number;
    readonly std: number;
    readonly s: number;
    readonly target: number;
  }[];
  readonly frechet: { readonly same: number; readonly apart: number; readonly closed: number };
  readonly jump: {
    readonly right: number;
    readonly wrong: number;
    readonly between: number;
    readonly ordered: boolean;
  };
  readonly promptLengths: readonly number[];
  readonly colours: { readonly both: number; readonly heldOut: number };
  readonly folding: number;
  readonly folded: { readonly moved: string; readonly to: string; readonly unsaid: boolean };
  readonly refine: Record<"drawn" | "slope" | "chances" | "sure" | "wrong" | "even" | "saidPull", number> & {
    readonly remembered: readonly number[];
    readonly pull: readonly number[];
  };
  readonly likeness: Record<
    | "same"
    | "narrow"
    | "outwards"
    | "characterAlone"
    | "styleLost"
    | "oneColour"
    | "bothColours"
    | "pairDistance",
    number
  > & {
    readonly open: readonly number[];
    readonly touched: readonly string[];
    readonly early: readonly number[];
    readonly characterKept: boolean;
    readonly pairPull: readonly number[];
    readonly lately: readonly number[];
  };
  readonly completed: {
    readonly frequent: number;
    readonly together: boolean;
    readonly ink: number;
    readonly given: readonly (readonly number[])[];
    readonly unknown: readonly (readonly number[])[];
    readonly sums: readonly number[];
    readonly pairs: boolean;
  };
  readonly nearColours: Record<
    "share" | "said" | "allowed" | "elsewhere" | "image" | "left",
    number | boolean
  >;
  readonly continued: readonly (readonly string[])[];
  readonly continuedTwice: string;
  readonly safetensors: { readonly names: readonly string[]; readonly error: number; readonly same: boolean };
}

describe("the offline code's numbers", () => {
  it("agree with closed forms", async (context) => {
    const checks = JSON.parse(await runPython(pythonOrSkip(context), "test/train/checks.py")) as Checks;

    for (const { eta, mean, std, s, target } of checks.gddim) {
      // f64, a handful of operations on numbers of order 1.
      expect(mean).toBeCloseTo(1 - s, 12);
      expect(std).toBeCloseTo(s, 12);
      if (eta === 0) expect(target).toBeCloseTo(s, 12);
      if (eta === 50) expect(target).toBeCloseTo(0, 12);
    }

    expect(Math.abs(checks.frechet.same)).toBeLessThan(1e-6); // roots of eigenvalues that cancel to 1e-15
    expect(checks.frechet.apart).toBeCloseTo(checks.frechet.closed, 6);

    expect(checks.jump.ordered).toBe(true);
    expect(checks.jump.between).toBeLessThan(2e-6); // f32, interpolation of numbers of order 4
    // (x_s - r x_t) / (1 - r) with r <= 0.95 magnifies f32 rounding by up to 40: (4e-7 * 40)^2 * 10.
    expect(checks.jump.right).toBeLessThan(1e-8);
    expect(checks.jump.wrong).toBeGreaterThan(0.009); // 0.1^2, weighted by at least 1

    // Every length from 0 to 6 slots is trained: at least 3 % each (4.5 standard errors of 20,000 draws are 0.6 %).
    expect(Math.min(...checks.promptLengths)).toBeGreaterThan(0.03);
    expect(checks.colours).toEqual({ both: 0, heldOut: 5 });
    expect(checks.folding).toBeLessThan(1e-4); // f32 through nine layers
    expect(checks.folded).toEqual({ moved: "COSVWXZ", to: "cosvwxz", unsaid: true });
    const all = ["real", "teacher", "flow-map", "endpoint"];
    expect(checks.continued).toEqual([all, ["real", "teacher", "endpoint"], [], []]);
    // The last step is c0 = 1, cx = cz = 0: nothing is rounded.
    expect(checks.refine).toMatchObject({ drawn: 0, slope: 0, sure: 0 });
    expect(checks.refine.chances).toBeCloseTo(1, 12);
    // Image one is wrong by 30 nats in each slot, of which .1 is usual; image two says nothing. Weights sum to 9; f32: 1e-5 of 135.
    expect(checks.refine.wrong).toBeCloseTo((9 * (30 - 0.1)) / 2, 2);
    // f32: sums of at most 62 shares of 1.
    expect(checks.refine.even).toBeCloseTo(0, 5);
    expect(checks.refine.saidPull).toBe(0);
    // Descent on the loss raises the rare first value, and lowers the others.
    expect(checks.refine.pull.map(Math.sign)).toEqual([-1, 1, 1, 1]);
    // f32 sums of 4,000 products; half the spread leaves second moments of 1/4 where 1 is wanted, on each of three features.
    expect(checks.likeness.same).toBeLessThan(1e-8);
    expect(checks.likeness.narrow).toBeGreaterThan(0.5);
    // Steps against this slope move features away from their mean.
    expect(checks.likeness.outwards).toBeLessThan(0);
    expect(checks.likeness.open).toEqual([0, 1, 2, 0]);
    // Only the figures of what was drawn move.
    expect(checks.likeness.touched).toEqual(["1/0", "4/0", "4/1", "4/2"]);
    expect(checks.likeness.early.map((weight) => weight === 1)).toEqual([true, false, true, true]);
    // 4.5 standard errors of 20,000 draws are .014.
    expect(Math.abs(checks.likeness.characterAlone - 0.25)).toBeLessThan(0.014);
    expect(Math.abs(checks.likeness.styleLost - 0.25)).toBeLessThan(0.014);
    expect(Math.abs(checks.likeness.oneColour - 0.1)).toBeLessThan(0.014);
    expect(Math.abs(checks.likeness.bothColours - 0.08)).toBeLessThan(0.014);
    expect(checks.likeness.characterKept).toBe(true);
    // One pair is short by .009, its row and column of nine each are over by .001.
    expect(checks.likeness.pairDistance).toBeCloseTo((0.009 + 18 * 0.001) / 2, 6);
    expect(checks.likeness.pairPull.map(Math.sign)).toEqual([-1, ...Array<number>(9).fill(1)]);
    // The start counts as 50 images of 0; after 50 of 1 it is half of all, and of the last 100 it is half of that.
    expect(checks.likeness.lately[0]).toBeCloseTo(0.5, 6);
    expect(checks.likeness.lately[1]).toBeCloseTo(0.75, 6);
    // 4.5 standard errors of 20,000 draws are .013.
    expect(Math.abs(Number(checks.nearColours.share) - 0.2)).toBeLessThan(0.013);
    expect(checks.nearColours).toMatchObject({ said: true, allowed: 1, elsewhere: 0, image: true, left: 90 });
    // 4.5 standard errors of 20,000 draws are .014 and .016.
    const { frequent, together, ink, given, unknown, sums, pairs } = checks.completed;
    expect(Math.abs(frequent - 0.75)).toBeLessThan(0.014);
    expect(Math.abs(ink - 0.5)).toBeLessThan(0.016);
    expect(together).toBe(true);
    expect(given).toEqual([[0, 0, 1]]);
    // What never occurs stays open: token 4 of weight and 2 of slant mean "not said".
    expect(unknown).toEqual([[4, 2, 0]]);
    // Rows are rounded to 1e-6.
    for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
    expect(pairs).toBe(true);
    // The two newest first, then an older one.
    expect(checks.refine.remembered).toEqual([2, 2, 1]);
    expect(checks.continuedTwice).toBe("e");
    expect(checks.safetensors.names).toEqual(["a", "b"]);
    expect(checks.safetensors.same).toBe(true);
    expect(checks.safetensors.error).toBeLessThan(4 * 2 ** -11); // half an ulp of fp16 below 4
  });
});
