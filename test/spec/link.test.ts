import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSpec } from "../../src/spec/defaults.ts";
import { LINK_KEYS } from "../../src/spec/link-keys.ts";
import { formatLink, parseLink, repairLink } from "../../src/spec/link.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import { SpecError } from "../../src/spec/problems.ts";
import { roundForLink } from "../../src/spec/round.ts";
import type { ExperimentSpec } from "../../src/spec/types.ts";
import { largestSpec, validSpec } from "./arbitrary.ts";

function linkOf(spec: ExperimentSpec): string | null {
  try {
    return formatLink(spec);
  } catch (error) {
    if (error instanceof SpecError) return null;
    throw error;
  }
}

function specOf(link: string): ExperimentSpec {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new SpecError(parsed.problems);
  return parsed.spec;
}

describe("A link", () => {
  it.each(["beta=linear:0.1:6&process=vp", "grid=power:2:7", "schedule=window:0:4", "schedule=weights:1:2"])(
    "refuses a rule with a second colon instead of dropping what follows it: %s",
    (link) => {
      const parsed = parseLink(link);
      const told = parsed.ok ? "" : parsed.problems.map((p) => p.message).join(" ");
      expect(told).toMatch(/must be a word, one ":" and numbers with commas between/);
      // Control: with commas the same numbers are read or judged one by one.
      expect(parseLink(link.replace(/:([^:]*)$/, ",$1"))).not.toEqual(parsed);
    },
  );

  it("reads back as the specification it was made of, for every valid one that fits", () => {
    let written = 0;
    fc.assert(
      fc.property(validSpec, (spec) => {
        const link = linkOf(spec);
        if (link === null) return;
        written += 1;
        expect(specOf(link)).toStrictEqual(spec);
      }),
      { numRuns: 400, seed: 1 },
    );
    // A generator whose specifications never fit would make the test above empty.
    expect(written).toBeGreaterThan(100);
  });

  it("has at most 2,000 characters for the largest specifications of the page, and reads back as the rounded one", () => {
    fc.assert(
      fc.property(largestSpec, (spec) => {
        const rounded = roundForLink(spec);
        const link = formatLink(rounded);
        expect(link.length).toBeLessThanOrEqual(2000);
        expect(specOf(link)).toStrictEqual(rounded);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it("rounds to 6 significant digits, and no more than needed", () => {
    fc.assert(
      fc.property(validSpec, (spec) => {
        const rounded = roundForLink(spec);
        if (linkOf(rounded) === null) return;
        const { eta } = rounded.sampler;
        expect(Math.abs(eta - spec.sampler.eta)).toBeLessThanOrEqual(5e-3 * spec.sampler.eta);
        expect(rounded.evaluation.seed).toBe(spec.evaluation.seed);
        expect(roundForLink(rounded)).toStrictEqual(rounded);
      }),
      { numRuns: 150, seed: 3 },
    );
    const long = { ...defaultSpec(), sampler: { ...defaultSpec().sampler, eta: 1.23456789 } };
    expect(roundForLink(long).sampler.eta).toBe(1.23457);
  });

  it("refuses what no link can hold, naming the field to shorten", () => {
    const cov = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 40 }, (__, j) => (i === j ? 3 : Math.sin((i + 1) * (j + 1)) / 100)),
    );
    const parsed = parseSpec({ version: 1, model: { kind: "gaussian", mean: new Array(40).fill(1), cov } });
    if (!parsed.ok) throw new SpecError(parsed.problems);
    expect(() => formatLink(parsed.spec)).toThrow(/spec\.model\.cov: must fit a link of 2000 characters/);
  });

  it("is empty for the first view and readable for small changes", () => {
    expect(formatLink(defaultSpec())).toBe("");
    const spec = specOf("#model=gaussian&mean=1.5&cov=0.3&process=ve&T=5&eta=1.2&N=10&etas=0,1,1.2");
    expect(spec.evaluation.etas).toEqual([0, 1, 1.2]);
    expect(formatLink(spec)).toBe("etas=0,1,1.2");
    expect(formatLink({ ...spec, process: { kind: "ve", T: 8 } })).toBe("T=8&etas=0,1,1.2");
  });

  it("survives every preset", () => {
    for (const { spec } of PRESETS) expect(specOf(formatLink(spec))).toStrictEqual(spec);
  });

  it("is found in a whole address, and keeps the page's own keys apart", () => {
    const result = parseLink("https://example.org/lab/#eta=2&ui.tab=gap-steps&ui.theme=dark");
    expect(result.ok && result.spec.sampler.eta).toBe(2);
    expect(result.ui).toEqual({ tab: "gap-steps", theme: "dark" });
    expect(formatLink(specOf("eta=2"), { tab: "x y" })).toBe("eta=2&ui.tab=x%20y");
    expect(specOf("https://example.org/lab/")).toStrictEqual(defaultSpec());
  });

  it("ignores unknown keys with a notice that names them", () => {
    const result = parseLink("etta=2&eta=1.5&theta=3");
    expect(result.ok).toBe(true);
    expect(result.notices.join("\n")).toMatch(/"etta".*Did you mean eta\?/);
    expect(result.notices.join("\n")).toMatch(/theta has no meaning for process ve/);
  });

  it("names the field of a bad value and offers the default", () => {
    const result = parseLink("N=abc&eta=99&model=gaussian&cov=1,2&T=");
    if (result.ok) throw new Error("must not parse");
    const text = result.problems.map((p) => `${p.field}: ${p.message}`);
    expect(text).toContain(
      'sampler.steps: must be a number, got "abc"; leave N out of the link for the default 10',
    );
    expect(text).toContain(
      "sampler.eta: must be a number from 0 to 50, got 99; leave eta out of the link for the default 1.2",
    );
    expect(result.problems.map((p) => p.key).sort()).toEqual(["N", "T", "cov", "eta"]);
  });

  it("explains a version it does not know", () => {
    const result = parseLink("v=7&eta=1");
    expect(!result.ok && result.problems[0]?.field).toBe("version");
    expect(!result.ok && result.problems[0]?.message).toMatch(/newer lab/);
  });

  it("that was cut off says so instead of giving other numbers", () => {
    const spec = PRESETS.find((p) => p.id === "high-dimension")?.spec;
    if (spec === undefined) throw new Error("preset missing");
    const link = formatLink(spec);
    expect(link).toMatch(/&z=/);
    for (const cut of [1, 5, 20]) {
      const result = parseLink(link.slice(0, -cut));
      if (result.ok) throw new Error(`a link cut by ${cut} must not parse`);
      expect(result.problems.map((p) => p.key)).toContain("z");
    }
  });
});

describe("Any text as a link", () => {
  const keys = LINK_KEYS.map((k) => k.key);
  const pair = fc.tuple(
    fc.oneof(fc.constantFrom(...keys, "z", "v", "ui.tab", "__proto__", "constructor"), fc.string()),
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "NaN",
        "Infinity",
        "-1",
        "1e999",
        "",
        "1,2;3",
        "0:0:0",
        "%",
        "%zz",
        "vp",
        "mixture",
        "1/2",
      ),
      fc.double().map(String),
    ),
  );
  const garbage = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(pair, { maxLength: 8 }).map((ps) => ps.map(([k, v]) => `${k}=${v}`).join("&")),
  );

  it("is a valid specification or a list of problems that each name a field", () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const result = parseLink(text);
        if (result.ok) expect(parseSpec(result.spec)).toStrictEqual({ ok: true, spec: result.spec });
        else {
          expect(result.problems.length).toBeGreaterThan(0);
          for (const { field, message } of result.problems) {
            expect(field).not.toBe("");
            expect(message).toMatch(/^must .*got /s);
          }
        }
      }),
      { numRuns: 1500, seed: 4 },
    );
  });

  it("can be repaired to a valid specification that keeps what was right", () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const { spec } = repairLink(text);
        expect(parseSpec(spec)).toStrictEqual({ ok: true, spec });
      }),
      { numRuns: 500, seed: 5 },
    );
    const repaired = repairLink("eta=2&N=abc&T=8");
    expect(repaired.dropped).toEqual(["N"]);
    expect(repaired.spec.sampler).toMatchObject({ eta: 2, steps: 10 });
    expect(repaired.spec.process.T).toBe(8);
  });
});
