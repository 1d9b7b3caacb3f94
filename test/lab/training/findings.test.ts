import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../src/cli/launch/paths.mjs";
import { trainingCell, type CellResult } from "../../../src/experiments/training/cells.ts";
import { judgePrompts, PROMPT_FINDING_SPEC } from "../../../src/experiments/images/prompt-findings.ts";
import { FINDINGS_SPEC, withoutMethod } from "../../../src/experiments/training/finding-plans.ts";
import { findingCells, judgeFindings } from "../../../src/experiments/training/findings.ts";
import { EMPTY_HISTORY } from "../../../src/experiments/training/history.ts";
import { trainingLinkOf, trainingStart } from "../../../src/lab/training/address.ts";
import { readFindings, readPromptFindings } from "../../../src/lab/training/findings-file.ts";
import { fetchFindings, openFindingTraining, watchFindings } from "../../../src/lab/training/findings.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { withSeed } from "../../../src/experiments/training/study.ts";
import { parseImageLink } from "../../../src/spec/images/link.ts";
import { trainingData } from "./fakes.ts";

/** Every cell finished: DDPO at large eta gains more, the same for all seeds but a little. */
function finishedCells(): Map<string, CellResult> {
  return new Map(
    findingCells().map(({ key, label, spec, deployments }) => {
      const { noise, seed } = spec.training;
      const gain = (noise.kind === "gddim" ? noise.eta : 0) + seed / 100;
      const same = { reward: estimate(gain), reference: estimate(0) };
      const numbers = { ...same, gap: estimate(-gain), improvement: estimate(gain) };
      const measured = deployments.map((d) => ({ ...d, ...numbers }));
      const told = { version: 1, key, label, spec, history: EMPTY_HISTORY, diverged: null, seconds: 1 };
      return [key, { ...told, deployments: measured } as unknown as CellResult];
    }),
  );
}

const estimate = (value: number) => ({ value, se: 0.01, n: 8 });

/** The file as the command line writes it, through JSON. */
function fileOf(finished: ReadonlyMap<string, CellResult>): Record<string, unknown> {
  const file = {
    ...{ version: 1, kind: "training-findings", spec: FINDINGS_SPEC, findings: judgeFindings(finished) },
    rule: "as it must be",
    manifest: { date: "2026-11-22T12:00:00.000Z", version: "1.2.3" },
  };
  return JSON.parse(JSON.stringify(file)) as Record<string, unknown>;
}

const whole = fileOf(finishedCells());
const prompts = {
  ...{ version: 1, kind: "image-findings", spec: PROMPT_FINDING_SPEC, seeds: [], rule: "as it must be" },
  manifest: { date: "2026-11-23T12:00:00.000Z", version: "1.2.4" },
  findings: JSON.parse(JSON.stringify([judgePrompts([])])) as unknown,
};

type Told = "id" | "source" | "test" | "figures" | "claims" | "verdict";

describe("The file of findings", () => {
  it("is read as it was judged, with the trainings of the first seed", () => {
    const judged = judgeFindings(finishedCells());
    const { findings, rule } = readFindings(whole);
    expect(rule).toBe("as it must be");
    for (const { day, version } of findings) expect([day, version]).toEqual(["2026-11-22", "1.2.3"]);
    const told = ({ id, source, test, figures, claims, verdict }: Pick<(typeof judged)[number], Told>) => ({
      ...{ id, source, test, figures, claims, verdict },
    });
    expect(findings.map(told)).toEqual(judged.map(told));
    expect(findings.map(({ verdict }) => verdict)).toContain("disagrees");
    expect(findings[1]?.trainings.map(({ label }) => label).sort()).toEqual(
      [0.5, 1, 1.2, 4].map((eta) => `DDPO at η = ${eta}, seed 1`),
    );
  });

  it("gives trainings that are the finding's own cells; another seed is not", () => {
    const cells = judgeFindings(finishedCells()).map((f) => new Set(f.cells));
    const deployments = findingCells()[0]?.deployments ?? [];
    const keyOf = (spec: typeof FINDINGS_SPEC) => trainingCell("", spec, deployments, true).key;
    for (const [i, { trainings }] of readFindings(whole).findings.entries()) {
      expect(trainings.length).toBeGreaterThan(0);
      for (const { spec } of trainings) {
        expect(cells[i]?.has(keyOf(spec))).toBe(true);
        expect(cells[i]?.has(keyOf(withSeed(spec, 99)))).toBe(false);
        expect(spec.evaluation).toEqual(FINDINGS_SPEC.evaluation);
      }
    }
  });

  it("reads numbers that JSON cannot hold, and knows no trainings of cells it does not know", () => {
    const { findings } = readFindings(fileOf(new Map()));
    expect(findings[0]?.claims[0]?.measured).toEqual({ value: NaN, se: Infinity, n: 0 });
    expect(findings.flatMap(({ trainings }) => trainings)).toEqual([]);
  });

  it("on prompts opens the study of its own specification on the page of images", () => {
    const [finding] = readPromptFindings(prompts).findings;
    expect(finding).toMatchObject({ id: "prompts", trainings: [], day: "2026-11-23" });
    const [study] = finding?.studies ?? [];
    expect(parseImageLink(study?.link ?? "")).toMatchObject({ ok: true, spec: PROMPT_FINDING_SPEC });
    // Each kind of file is refused in place of the other.
    expect(() => readPromptFindings(whole)).toThrow("findings: kind must");
    expect(() => readFindings(prompts)).toThrow("findings: kind must");
    expect(() => readPromptFindings({ ...prompts, spec: { version: 2 } })).toThrow("findings: spec must");
  });

  it.each([
    ["the file", () => null],
    ["kind", () => ({ ...whole, kind: "training" })],
    ["version", () => ({ ...whole, version: 2 })],
    ["spec", () => ({ ...whole, spec: { version: 1 } })],
    ["manifest", () => ({ ...whole, manifest: undefined })],
    ["findings", () => ({ ...whole, findings: {} })],
    ["rule", () => ({ ...whole, rule: 1 })],
    ["findings.0.source", () => withFirst({ source: undefined })],
    ["findings.0.verdict", () => withFirst({ verdict: "true" })],
    ["findings.0.cells.0", () => withFirst({ cells: [1] })],
    ["findings.0.claims.0", () => withFirst({ claims: ["it holds"] })],
  ])("is refused by the name of what is wrong: %s", (name, damage) => {
    expect(() => readFindings(damage())).toThrow(`findings: ${name} must`);
  });
});

function withFirst(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [first, ...others] = whole["findings"] as Record<string, unknown>[];
  return { ...whole, findings: [{ ...first, ...fields }, ...others] };
}

describe("Fetching the findings", () => {
  /** What the server says for each of the two files. */
  const fetched = (trainings: () => Response, beside: () => Response) =>
    fetchFindings((address) => Promise.resolve().then(address.endsWith("prompts.json") ? beside : trainings));
  const trained = () => new Response(JSON.stringify(whole));
  const drawn = () => new Response(JSON.stringify(prompts));
  const gone = () => new Response("", { status: 404 });
  const text = (words: string) => () => new Response(words);

  it("puts both files into one order", async () => {
    const { findings, missing } = await fetched(trained, drawn);
    expect(findings.map(({ id }) => id)).toEqual([
      ...["gap-narrows", "eta-for-ode", "few-steps", "prompts", "sdpo-steps"],
    ]);
    expect(missing).toEqual([]);
  });

  it("tells the method of all trainings once, of the files that ship too", async () => {
    const ships = (name: string) => () => new Response(readFileSync(join(ROOT, "public/findings", name)));
    for (const shown of [
      await fetched(trained, drawn),
      await fetched(ships("findings.json"), ships("prompts.json")),
    ]) {
      expect(shown.method).toMatch(/^a small network .* 1,024 samples per figure, on the same noise/);
      const tests = new Map(shown.findings.map(({ id, test }) => [id, test]));
      expect([...tests.values()].filter((test) => /samples per figure|small network/.test(test))).toEqual([]);
      expect(tests.get("eta-for-ode")).toBe("DDPO at η = 0.5, 1, 1.2, 4, each deployed with the ODE.");
      expect(tests.get("gap-narrows")).toMatch(/^DDPO and MixGRPO at η = 1\.2\. MixGRPO's window moves/);
    }
    // Controls: one training alone keeps its method, and so do those of another version of the lab.
    const alone = { ...whole, findings: (whole["findings"] as unknown[]).slice(0, 1) };
    const of = async (file: unknown) => fetched(() => new Response(JSON.stringify(file)), drawn);
    expect(await of(alone)).toMatchObject({
      method: null,
      findings: readFindings(alone).findings.concat(readPromptFindings(prompts).findings),
    });
    const other = JSON.parse(
      JSON.stringify(whole).replaceAll("384 trajectories", "96 trajectories"),
    ) as unknown;
    expect((await of(other)).method).toBeNull();
  });

  it("tells a missing file from a damaged one, and how to make it, where there is nothing to show", async () => {
    await expect(fetched(gone, gone)).rejects.toThrow(
      /findings.json must be there, got status 404; make it: npm/,
    );
    await expect(fetched(text("<!doctype html>"), gone)).rejects.toThrow(/findings.json must be JSON/);
    await expect(fetched(text("{}"), gone)).rejects.toThrow(/kind must/);
    const offline = () => {
      throw new TypeError("Failed to fetch");
    };
    await expect(fetched(offline, offline)).rejects.toThrow("Failed to fetch");
  });

  it.each([
    ["is missing", gone, /prompts.json must be there, got status 404; make it: npm/],
    ["is damaged", text("no"), /prompts.json must be JSON/],
    ["holds something else", trained, /kind must/],
  ] as const)("shows the trained ones where that on prompts %s, and says so", async (_, beside, message) => {
    const { findings, missing, rule } = await fetched(trained, beside);
    const told = readFindings(whole).findings;
    expect(findings).toEqual(told.map(({ test, ...rest }) => ({ ...rest, test: withoutMethod(test) })));
    expect(rule).toBe("as it must be");
    expect(missing).toEqual([{ part: "prompts", message: expect.stringMatching(message) as string }]);
  });

  it("shows that on prompts where the trained ones are missing", async () => {
    const { findings, missing } = await fetched(gone, drawn);
    expect(findings.map(({ id }) => id)).toEqual(["prompts"]);
    expect(missing.map(({ part }) => part)).toEqual(["trainings"]);
  });
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("The tab of findings", () => {
  it("asks for them when it is opened, once, and again only where that failed", async () => {
    const store = createTrainingStore(trainingData(), () => 0);
    let asked = 0;
    const stop = watchFindings(store, () => {
      asked++;
      return asked === 1
        ? Promise.reject(new Error("offline"))
        : Promise.resolve({ ...readFindings(whole), method: null, missing: [] });
    });
    store.getState().set({ scrub: 1 });
    expect(asked).toBe(0);
    store.getState().set({ findingsOpen: true });
    store.getState().set({ scrub: 2 });
    await settled();
    expect(asked).toBe(1);
    expect(store.getState().findings).toEqual({ phase: "failed", message: "offline" });
    store.getState().loadFindings();
    store.getState().loadFindings();
    await settled();
    expect(asked).toBe(2);
    expect(store.getState().findings.phase).toBe("ready");
    stop();
  });

  it("opens a training in place of the spec, which undo brings back", () => {
    const store = createTrainingStore(trainingData({ findingsOpen: true }), () => 0);
    const before = store.getState().spec;
    const [training] = readFindings(whole).findings[0]?.trainings ?? [];
    if (training === undefined) throw new Error("no training");
    openFindingTraining(store, training);
    expect(store.getState()).toMatchObject({ spec: training.spec, findingsOpen: false, study: null });
    store.getState().undo();
    expect(store.getState().spec).toEqual(before);
  });

  it("is in the link, and alone: a study beside it is not open", () => {
    const { spec } = trainingData();
    const page = { spec, embed: false, study: null };
    const link = trainingLinkOf({ ...page, findingsOpen: true });
    expect(trainingStart(link, {})).toMatchObject({ findingsOpen: true, study: null, linkProblem: null });
    expect(trainingStart(`${link}&ui.study=steps`, {}).study).toBeNull();
    expect(trainingStart(trainingLinkOf({ ...page, findingsOpen: false }), {}).findingsOpen).toBe(false);
  });
});
