import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../src/cli/launch/paths.mjs";
import { trainingStudyOf } from "../../../src/experiments/training/registry.ts";
import { STORED_SPEC, storedStudies } from "../../../src/experiments/training/stored-studies.ts";
import { watchStoredStudies } from "../../../src/lab/training/stored-studies.ts";
import {
  fetchStoredStudy,
  readStoredStudy,
  type ShownStudy,
} from "../../../src/lab/training/stored-study-file.ts";
import { createTrainingStore } from "../../../src/lab/training/store.ts";
import { trainingStudyJsonSchema } from "../../generate/training-schemas.ts";
import { fakeFiles, lineSpec, openPage, trainingData } from "./fakes.ts";

/** A file as the command writes it, with the charts of a study of which nothing is finished. */
function fileOf(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const charts = trainingStudyOf("steps")?.charts(STORED_SPEC, new Map());
  const manifest = { date: "2026-11-22T12:00:00.000Z", version: "1.2.3", adapter: "a machine" };
  const told = { version: 1, kind: "training-study", command: "x", study: "steps", trainings: 6 };
  return JSON.parse(JSON.stringify({ ...told, manifest, spec: STORED_SPEC, charts, ...fields })) as Record<
    string,
    unknown
  >;
}

const answer =
  (body: string, status = 200) =>
  () =>
    Promise.resolve(new Response(body, { status }));

describe("The file of a stored study", () => {
  it("is read with what was run, and a lost infinity comes back", async () => {
    const point = { x: 1, estimate: { value: 0.5, se: Infinity, n: 1 } };
    const series = [{ role: "measured", id: "a", label: "a", hue: "ode", points: [point] }];
    const chart = { chart: "line", id: "c", title: "t", summary: "s", notes: [], series };
    const shown = await fetchStoredStudy("steps", answer(JSON.stringify(fileOf({ charts: [chart] }))));
    expect(shown).toMatchObject({ study: "steps", spec: STORED_SPEC, trainings: 6, day: "2026-11-22" });
    expect(shown?.charts[0]).toMatchObject({ series: [{ points: [point] }] });
  });

  it("is not missed where the page comes without it", async () => {
    expect(await fetchStoredStudy("steps", answer("", 404))).toBeNull();
    expect(await fetchStoredStudy("steps", answer("<!doctype html>"))).toBeNull();
  });

  it.each([
    [{ kind: "training" }, /kind must be one of training-study, got "training"/],
    [{ version: 2 }, /version must be 1/],
    [{ study: "window" }, /study must be one of steps/],
    [{ spec: { version: 1, kind: "training", training: { steps: -1 } } }, /spec must be a valid training/],
    [{ charts: [{ chart: "pie" }] }, /charts\.0\.chart must be one of line, heat-map/],
    [{ charts: [{ chart: "line" }] }, /charts\.0's figures must be a list/],
    [{ manifest: null }, /manifest must be an object/],
  ])("is refused with the field that is wrong: %j", (fields, message) => {
    expect(() => readStoredStudy(fileOf(fields), "steps")).toThrow(message);
    expect(() => readStoredStudy(fileOf(fields), "steps")).toThrow(/make the file anew: npm run/);
  });
});

describe("Stored studies in the page", () => {
  const stored = (spec = lineSpec({ seed: 7 })): ShownStudy => ({
    ...{ study: "eta-matrix", spec, trainings: 2, charts: [] },
    ...{ day: "2026-11-22", version: "1.2.3", adapter: "a machine" },
  });

  it("are loaded once, when their study is opened", async () => {
    const store = createTrainingStore(trainingData(), () => 0);
    const asked: string[] = [];
    watchStoredStudies(store, (id) => {
      asked.push(id);
      return id === "window" ? Promise.reject(new Error("damaged")) : Promise.resolve(stored());
    });
    expect(asked).toEqual([]);
    for (const study of ["eta-matrix", "window", "eta-matrix"] as const) store.setState({ study });
    await Promise.resolve();
    await Promise.resolve();
    expect(asked).toEqual(["eta-matrix", "window"]);
    expect(store.getState().storedStudies).toMatchObject({
      "eta-matrix": { phase: "ready", trainings: 2 },
      window: { phase: "failed", message: "damaged" },
    });
  });

  it("are replayed under their own settings, every training of them, and undo brings the old settings back", async () => {
    const page = await openPage({ study: "eta-matrix", files: fakeFiles() });
    const { spec } = stored();
    page.store.setState({ storedStudies: { "eta-matrix": { phase: "ready", ...stored() } } });
    page.store.getState().replayStudy();
    await page.settle();
    expect(page.store.getState().spec).toEqual(spec);
    expect(page.engine.jobs).toHaveLength(2);
    expect(page.engine.jobs.every(({ training }) => training.seed === 7)).toBe(true);
    // Finished ones would not be run by Run; Replay runs them again.
    page.store.getState().runStudy();
    await page.settle();
    expect(page.engine.jobs).toHaveLength(2);
    page.store.getState().replayStudy();
    await page.settle();
    expect(page.engine.jobs).toHaveLength(4);
    page.store.getState().undo();
    expect(page.store.getState().spec).toEqual(lineSpec());
  });
});

describe("The published studies", () => {
  const pathOf = (id: string) => join(ROOT, "public/studies", `${id}.json`);
  const published = storedStudies().filter(({ id }) => existsSync(pathOf(id)));
  const schema = JSON.parse(readFileSync(join(ROOT, "public/schema/training-study.json"), "utf8")) as object;

  it("have a published schema that is current", () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(trainingStudyJsonSchema())));
  });

  it.each(published.map((study) => [study.id, study] as const))(
    "%s is the study of today's code",
    (id, study) => {
      const json = JSON.parse(readFileSync(pathOf(id), "utf8")) as Record<string, unknown>;
      const fits = new Ajv2020({ strict: false }).compile(schema);
      expect(fits(json), JSON.stringify(fits.errors)).toBe(true);
      expect(fits({ ...json, trainings: "many" })).toBe(false);
      const { spec, trainings, charts } = readStoredStudy(json, id);
      expect(spec, "make them anew: npm run experiment -- --stored --out public/studies").toEqual(
        STORED_SPEC,
      );
      expect(trainings).toBe(study.cells(STORED_SPEC).length);
      // Those by time belong to a machine and are not stored.
      const empty = study.charts(STORED_SPEC, new Map()).filter((chart) => !chart.id.endsWith("-seconds"));
      expect(charts.map((chart) => chart.id)).toEqual(empty.map((chart) => chart.id));
      for (const { summary } of charts) expect(summary).not.toContain("No training is finished");
    },
  );

  it("are all there, and take less than 300 kB together", () => {
    expect(published).toHaveLength(storedStudies().length);
    const bytes = published.reduce((sum, { id }) => sum + statSync(pathOf(id)).size, 0);
    expect(bytes).toBeLessThan(300_000);
  });
});
