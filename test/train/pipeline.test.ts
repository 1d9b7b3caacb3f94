import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readManifest } from "../../src/network/manifest.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import { findPython } from "../../src/train/python.ts";
import { dataStage } from "../../src/train/data/stage.ts";
import { pythonOrSkip, runPython } from "./python-stage.ts";

const work = mkdtempSync(join(tmpdir(), "etalon-train-"));
const at = (...parts: readonly string[]): string => join(work, ...parts);
const draw = (): Promise<number> =>
  dataStage(["--packages", "test/train/fonts", "--out", at("data")], () => undefined);

afterAll(() => rmSync(work, { recursive: true, force: true }));

function losses(file: string): readonly number[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines
    .map((line) => (JSON.parse(line) as { loss?: number }).loss)
    .filter((loss) => loss !== undefined);
}

/** The manifest of a weight file, after comparing shapes with the file's own. */
function checkedManifest(folder: string, name: string) {
  const manifest = readManifest(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));
  const bytes = new Uint8Array(readFileSync(join(folder, manifest.file)));
  const { tensors } = readSafetensors(bytes, manifest.file);
  expect(bytes.length).toBe(manifest.bytes);
  expect(Object.fromEntries([...tensors].map(([key, { shape }]) => [key, [...shape]]))).toEqual(
    manifest.tensors,
  );
  return manifest;
}

/** Stages that compute too little for threads. */
const PLAIN = new Set(["ship", "average", "shares"]);

/** Numbers of a tensor of a student. */
function numbersOf(folder: string, name: string): readonly number[] {
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(join(folder, "student.safetensors"))));
  return [...(tensors.get(name)?.data ?? [])];
}

describe("the training stages on six families", () => {
  it("draw the same bytes twice", { timeout: 120_000 }, async () => {
    expect(await draw()).toBe(0);
    const first = readFileSync(at("data", "sha256"), "utf8");
    expect(await draw()).toBe(0);
    expect(readFileSync(at("data", "sha256"), "utf8")).toBe(first);
  });

  it("train, distil and evaluate, and the losses fall", { timeout: 600_000 }, async (context) => {
    const python = pythonOrSkip(context);
    const stage = (name: string, ...args: readonly string[]): Promise<string> =>
      // One thread: two wait for each other where other tests take the cores.
      runPython(python, `src/train/${name}.py`, PLAIN.has(name) ? args : [...args, "--threads", "1"]);
    if (!existsSync(at("data", "sha256"))) await draw();
    const data = ["--data", at("data")];

    await stage(
      "teacher",
      ...data,
      "--out",
      at("teacher"),
      "--steps",
      "30",
      "--batch",
      "8",
      "--log-every",
      "10",
    );
    const [first = NaN, ...later] = losses(at("teacher", "log.jsonl"));
    // The first ten steps are at the level of an untrained network, above 2; 30 steps bring it to about a third.
    expect(later.at(-1)).toBeLessThan(0.7 * first);
    expect(checkedManifest(at("teacher"), "teacher").about["steps"]).toBe(30);

    // The same command with more steps goes on from where it was.
    const resumed = await stage("teacher", ...data, "--out", at("teacher"), "--steps", "32", "--batch", "8");
    expect(resumed).toContain("resumed at step 30");

    const members = ["--members", "1", "--steps", "10", "--n", "200"];
    await stage("classifiers", ...data, "--out", at("classifiers"), ...members);
    checkedManifest(at("classifiers"), "reward-classifiers");
    checkedManifest(at("classifiers"), "evaluation-classifiers");

    const teacher = ["--teacher", at("teacher", "teacher.safetensors")];
    // A teacher of 30 steps cannot bear much guidance: its paths would run away, and no student could follow them.
    const small = ["--count", "32", "--shard", "16", "--batch", "8", "--steps", "8", "--scale", "1"];
    await stage("trajectories", ...data, ...teacher, "--out", at("trajectories"), ...small);
    const student = ["--trajectories", at("trajectories"), "--out", at("students"), "--batch", "8"];
    for (const method of ["flow-map", "endpoint"]) {
      const steps = ["--steps", "60", "--log-every", "15"];
      await stage("distil", ...data, ...teacher, ...student, "--method", method, ...steps);
      const falling = losses(at("students", method, "log.jsonl"));
      expect(falling.at(-1)).toBeLessThan(falling[0] ?? NaN);
      checkedManifest(at("students", method), "student");
    }

    await stage("classifiers", ...data, "--out", at("critic"), ...members, "--kinds", "critic");
    const from = ["--student", at("students", "flow-map", "student.safetensors")];
    const critic = ["--critic", at("critic", "critic-classifiers.safetensors"), "--head-start", "1"];
    await stage("refine", ...data, ...student, ...from, ...critic, "--steps", "4", "--log-every", "2");
    const refined = checkedManifest(at("students", "adversarial"), "student");
    // The critic's weights are no part of the student, and the student has moved.
    const started = checkedManifest(at("students", "flow-map"), "student");
    expect(refined.tensors).toEqual(started.tensors);
    expect(refined.sha256).not.toBe(started.sha256);

    const of = (method: string) => at("students", method);
    const states = `${of("flow-map")}/student.safetensors=0.25,${of("adversarial")}/student.safetensors=0.75`;
    await stage("average", "--states", states, "--out", at("averaged"));
    checkedManifest(at("averaged"), "student");
    const [a, b] = [numbersOf(of("flow-map"), "input.weight"), numbersOf(of("adversarial"), "input.weight")];
    const off = numbersOf(at("averaged"), "input.weight").map((value, i) => {
      const mean = 0.25 * (a[i] ?? NaN) + 0.75 * (b[i] ?? NaN);
      // Half a unit in the last place of fp16, and f32 sums before.
      return Math.abs(value - mean) / (2 ** -11 * Math.abs(mean) + 2 ** -24);
    });
    expect(Math.max(...off)).toBeLessThan(1.01);
    expect(b).not.toEqual(a);
    await expect(
      stage("average", "--states", states.replace("0.25", "0.5"), "--out", at("averaged")),
    ).rejects.toThrow("shares must sum to 1, got 1.25");

    await stage("shares", ...data, "--out", at("shares.json"));
    const shares = JSON.parse(readFileSync(at("shares.json"), "utf8")) as { style: readonly number[][] };
    // Six families: styles are few, and all of them together are all glyphs, each share rounded to 1e-6.
    expect(Math.abs(shares.style.reduce((sum, row) => sum + (row[3] ?? NaN), 0) - 1)).toBeLessThan(1e-4);

    const files = ["flow-map", "endpoint"].map((m) => `${m}=${at("students", m, "student.safetensors")}`);
    const judges = ["--judges", at("classifiers", "evaluation-classifiers.safetensors")];
    const short = ["--n", "40", "--seeds", "1", "--minutes", "0.05", "--no-sheets"];
    await stage(
      "evaluate",
      ...data,
      ...teacher,
      ...judges,
      "--students",
      files.join(),
      "--out",
      at("evaluation"),
      ...short,
    );
    const report = JSON.parse(readFileSync(at("evaluation", "evaluation.json"), "utf8")) as {
      rows: readonly { model: string; frechet: number; character: number; characterFolded: number }[];
      missing: number;
    };
    expect(report.rows[0]).toMatchObject({ model: "real", split: "heldOut" });
    expect(report.rows.every((row) => row.characterFolded >= row.character)).toBe(true);
    expect(report.rows.every(({ frechet }) => Number.isFinite(frechet))).toBe(true);
    expect(report.missing).toBeGreaterThan(0);

    await stage("ship", "--work", work, "--target", at("shipped"));
    expect(readFileSync(at("shipped", "README.md"), "utf8")).toContain("## Typefaces");
    checkedManifest(at("shipped"), "student");
  });
});

describe("without PyTorch", () => {
  it("names the Debian packages", () => {
    const found = findPython(["/nowhere/python3"]);
    expect("problem" in found && found.problem).toMatch(/python3-torch .*libopenblas0-pthread/);
  });
});
