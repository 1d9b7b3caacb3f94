import { describe, expect, it } from "vitest";
import { createLabStore, specKey } from "../../src/lab/store.ts";
import { STATE_STORAGE } from "../../src/lab/state.ts";
import { STUDIES } from "../../src/lab/studies.ts";
import { EXPERIMENTS } from "../../src/experiments/registry.ts";
import { DEFAULT_PREFERENCES, keepPreferences, readPreferences } from "../../src/lab/preferences.ts";
import { showStored } from "../../src/lab/stored.ts";
import type { ExperimentResult } from "../../src/experiments/cells.ts";
import { defaultSpec } from "../../src/spec/defaults.ts";
import { chartNamed, labData } from "./fakes.ts";

function setUp() {
  let now = 0;
  const store = createLabStore(labData(), () => now);
  const setEta = (eta: number, gesture?: string) =>
    store
      .getState()
      .edit(
        (old) => ({ ...old, sampler: { ...old.sampler, eta } }),
        gesture === undefined ? {} : { gesture },
      );
  return { store, setEta, wait: (ms: number) => (now += ms), eta: () => store.getState().spec.sampler.eta };
}

describe("Undo and redo", () => {
  it("take back single edits one by one, and make them again", () => {
    const { store, setEta, eta } = setUp();
    setEta(2);
    setEta(3);
    store.getState().undo();
    expect(eta()).toBe(2);
    store.getState().undo();
    expect(eta()).toBe(1.2);
    store.getState().redo();
    store.getState().redo();
    expect(eta()).toBe(3);
  });

  it("treat a drag as one edit", () => {
    const { store, setEta, wait, eta } = setUp();
    for (let i = 0; i < 20; i++) {
      wait(30);
      setEta(2 + i / 10, "sampler.eta");
    }
    store.getState().undo();
    expect(eta()).toBe(1.2);
    store.getState().redo();
    expect(eta()).toBe(3.9);
  });

  it("keep two drags apart: by a pause, or by another field between them", () => {
    const { store, setEta, wait, eta } = setUp();
    setEta(2, "sampler.eta");
    wait(2000);
    setEta(3, "sampler.eta");
    store.getState().undo();
    expect(eta()).toBe(2);
  });

  it("ignore edits that change nothing and all fields beside the spec", () => {
    const { store, setEta } = setUp();
    setEta(1.2);
    store.getState().set({ study: "rewards", theme: "dark" });
    expect(store.temporal.getState().pastStates).toHaveLength(0);
  });
});

describe("A proposed spec", () => {
  it("counts when it is valid, with its defaults filled in", () => {
    const { store } = setUp();
    expect(store.getState().propose({ version: 1, sampler: { eta: 3 } })).toEqual([]);
    expect(store.getState().spec.sampler).toMatchObject({ eta: 3, steps: 10 });
  });

  it("changes nothing when it is not, and says which fields are wrong", () => {
    const { store } = setUp();
    const before = store.getState().spec;
    const problems = store
      .getState()
      .propose({ version: 1, sampler: { eta: -1 }, process: { kind: "ve", T: NaN } });
    expect(problems.map(({ field }) => field).sort()).toEqual(["process.T", "sampler.eta"]);
    expect(store.getState().spec).toBe(before);
  });

  it("asks for what is wrong with a formula", () => {
    const store = createLabStore(labData(), () => 0, { formula: () => "must be a formula" });
    const [problem] = store.getState().propose({ version: 1, reward: { kind: "formula", text: "x+" } });
    expect(problem).toEqual({ field: "reward.text", message: "must be a formula" });
  });
});

describe("The key of a spec", () => {
  it("does not depend on the order of fields", () => {
    const spec = defaultSpec();
    const turned = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
    expect(specKey(turned)).toBe(specKey(spec));
    expect(specKey({ ...spec, sampler: { ...spec.sampler, eta: 1.3 } })).not.toBe(specKey(spec));
  });
});

describe("The table of where state lives", () => {
  it("names every field, and keeps what decides numbers in the link", () => {
    expect(Object.keys(STATE_STORAGE).sort()).toEqual(Object.keys(labData()).sort());
    expect(STATE_STORAGE.spec).toBe("url");
  });

  it("agrees with what is kept on the device", () => {
    const local = Object.entries(STATE_STORAGE).flatMap(([name, where]) =>
      where === "localStorage" ? [name] : [],
    );
    expect(local.sort()).toEqual(Object.keys(DEFAULT_PREFERENCES).sort());
  });
});

describe("Studies", () => {
  it("are the experiments, in their order", () => {
    expect(STUDIES.map(({ id }) => id)).toEqual(EXPERIMENTS.map(({ id }) => id));
  });
});

describe("Preferences", () => {
  it("come back as they were kept", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const { store } = setUp();
    keepPreferences(store, storage);
    store.getState().set({ theme: "dark", sections: { model: false }, live: false });
    expect(readPreferences(storage)).toMatchObject({
      theme: "dark",
      sections: { model: false },
      live: false,
    });
  });

  it.each([null, "", "{", "7", '{"theme":"pink","live":"yes","sections":[1]}'])(
    "survive a store that holds %j",
    (text) => {
      const broken = {
        getItem: () => text,
        setItem: () => {
          throw new Error("full");
        },
      };
      expect(readPreferences(broken)).toEqual(DEFAULT_PREFERENCES);
      const { store } = setUp();
      keepPreferences(store, broken);
      expect(() => store.getState().set({ theme: "dark" })).not.toThrow();
    },
  );
});

describe("A stored result", () => {
  const result = (spec = defaultSpec()) =>
    ({ spec, charts: [{ ...chartNamed("kept"), id: "gap-eta" }] }) as unknown as ExperimentResult;

  it("is shown for the spec it was made for, and for no other", () => {
    const { store, setEta } = setUp();
    expect(
      showStored(
        store,
        result({ ...defaultSpec(), version: 1, sampler: { ...defaultSpec().sampler, eta: 5 } }),
      ),
    ).toBe(false);
    expect(showStored(store, result())).toBe(true);
    expect(store.getState().charts["gap-eta"]).toMatchObject({ stage: "stored", particles: 20_000 });
    expect(showStored(store, result()), "never over what is there").toBe(false);
    const other = setUp();
    other.setEta(3);
    expect(showStored(other.store, result())).toBe(false);
    setEta(3);
  });
});
