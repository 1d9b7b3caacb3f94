import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyLink, openLink, startingPoint, syncAddress, withoutKey } from "../../src/lab/address.ts";
import { createLabStore } from "../../src/lab/store.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import { fakeBar, fakeClock, labData } from "./fakes.ts";

function setUp(hash = "") {
  const clock = fakeClock();
  const bar = fakeBar(hash);
  const { spec, page, linkProblem } = startingPoint(hash, {});
  const store = createLabStore(labData({ spec, ...page, linkProblem }), clock.now);
  const stop = syncAddress(store, bar, {}, clock);
  const setEta = (eta: number) =>
    store.getState().edit((old) => ({ ...old, sampler: { ...old.sampler, eta } }));
  return { clock, bar, store, stop, setEta };
}

describe("The address", () => {
  it("follows the spec, at most four times a second", async () => {
    const { clock, bar, setEta } = setUp();
    for (let i = 1; i <= 40; i++) {
      setEta(i / 10 + 2);
      await clock.pass(25);
    }
    await clock.pass(1000);
    expect(bar.hash).toBe("eta=6");
    expect(bar.writes).toBeLessThanOrEqual(6);
    expect(bar.writes).toBeGreaterThan(1);
  });

  it("holds the study and the embedding, and opens them again", async () => {
    const { clock, bar, store } = setUp();
    store.getState().set({ study: "rewards", embed: true });
    await clock.pass(500);
    expect(bar.hash).toBe("ui.study=rewards&ui.embed=1");
    expect(setUp(bar.hash).store.getState()).toMatchObject({ study: "rewards", embed: true });
  });

  it("opens what it wrote, for every preset", async () => {
    const { clock, bar, store } = setUp();
    for (const { spec } of PRESETS) {
      store.getState().edit(spec);
      await clock.pass(500);
      expect(setUp(bar.hash).store.getState().spec).toEqual(spec);
    }
  });

  it("is read when someone else changes it, and undo brings the old spec back", async () => {
    const { clock, bar, store } = setUp();
    bar.visit("eta=3&ui.study=horizon");
    expect(store.getState()).toMatchObject({ study: "horizon", linkProblem: null });
    expect(store.getState().spec.sampler.eta).toBe(3);
    store.getState().undo();
    expect(store.getState().spec.sampler.eta).toBe(1.2);
    await clock.pass(500);
    expect(bar.hash).toBe("ui.study=horizon");
  });

  it("says which page keys it does not know", () => {
    const { notices } = openLink("ui.study=nonsense&ui.colour=red", {});
    expect(notices.join()).toMatch(/ui\.study.*ui\.colour/);
  });
});

describe("A bad link", () => {
  const BAD = "eta=abc&T=-3&N=20";

  it("is explained field by field and left in the address bar, with the rest of it in force", async () => {
    const { clock, bar, store } = setUp(BAD);
    const { linkProblem, spec } = store.getState();
    expect(linkProblem?.hash).toBe(BAD);
    expect(linkProblem?.problems.map(({ field, key }) => [field, key])).toEqual([
      ["sampler.eta", "eta"],
      ["process.T", "T"],
    ]);
    expect(spec.sampler).toMatchObject({ eta: 1.2, steps: 20 });
    await clock.pass(1000);
    store.getState().set({ study: "rewards" });
    await clock.pass(1000);
    expect(bar.hash).toBe(BAD);
  });

  it("can be mended field by field", async () => {
    const { clock, bar, store } = setUp(BAD);
    store.getState().mendLink("eta");
    expect(store.getState().linkProblem?.problems.map(({ key }) => key)).toEqual(["T"]);
    store.getState().mendLink("T");
    expect(store.getState().linkProblem).toBeNull();
    await clock.pass(1000);
    expect(bar.hash).toBe("N=20");
  });

  it("can be mended at once", async () => {
    const { clock, bar, store } = setUp(BAD);
    store.getState().mendLink(null);
    expect(store.getState().linkProblem).toBeNull();
    expect(store.getState().notices.at(-1)?.text).toMatch(/eta.*T|T.*eta/);
    await clock.pass(1000);
    expect(bar.hash).toBe("N=20");
  });

  it("in a running lab changes nothing but the explanation", () => {
    const { store } = setUp("eta=2");
    applyLink(store, "eta=zzz", {});
    expect(store.getState().spec.sampler.eta).toBe(2);
    expect(store.getState().linkProblem?.problems).toHaveLength(1);
  });

  it("loses one key by withoutKey, and only that", () => {
    expect(withoutKey("eta=2&T=5&ui.embed=1", "T")).toBe("eta=2&ui.embed=1");
  });
});

describe("Any text after the #", () => {
  it("gives a valid spec, with or without an explanation that names a field, and never throws", () => {
    const key = fc.constantFrom(
      "eta",
      "N",
      "T",
      "model",
      "cov",
      "mean",
      "process",
      "beta",
      "z",
      "ui.study",
      "seed",
      "x",
    );
    const value = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom("NaN", "1e999", "-1", "%", "vp", "0:0", "1,,2"),
    );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(fc.tuple(key, value), { maxLength: 6 })
        .map((pairs) => pairs.map(([k, v]) => `${k}=${v}`).join("&")),
    );
    fc.assert(
      fc.property(text, (hash) => {
        const start = startingPoint(hash, {});
        expect(start.spec.version).toBe(1);
        if (start.linkProblem !== null) {
          expect(start.linkProblem.problems.length).toBeGreaterThan(0);
          for (const { field, message } of start.linkProblem.problems)
            expect(`${field}${message}`).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });
});
