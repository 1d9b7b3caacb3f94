import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../src/experiments/cells.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "etalon-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly input?: string;
  /** Called with each piece of standard error. */
  readonly onError?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

function experiment(args: readonly string[], { input, onError }: RunOptions = {}): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ["src/cli/launch/run.mjs", "src/cli/main.ts", ...args], {
      timeout: 55_000,
      cwd: ROOT,
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => {
      err += text.toString();
      onError?.(text.toString(), (signal) => child.kill(signal));
    });
    child.on("close", (code) => done({ code, out, err }));
    child.stdin.end(input ?? "");
  });
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A deterministic cloud: two lines of points, with a header and a bad row. */
const CLOUD = [
  "height,weight",
  ...Array.from({ length: 120 }, (_, i) => `${(i % 2 ? 1 : -1) + Math.sin(i) / 5},${Math.cos(3 * i) / 3}`),
  "n/a,2",
].join("\n");

describe("The experiment command", () => {
  let result: ExperimentResult;
  let run: Run;
  beforeAll(async () => {
    run = await experiment(["etas=0,1,1.2&steps=10&particles=20000", "--engine", "cpu"]);
    result = JSON.parse(run.out) as ExperimentResult;
  });

  it("writes JSON of the published schema to standard output and nothing else", () => {
    expect(run.code).toBe(0);
    const schema = JSON.parse(readFileSync(join(ROOT, "public/schema/result.json"), "utf8")) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
  });

  it("measures what theory says", () => {
    const cell = result.cells.find((c) => c.eta === 1.2);
    expect(cell?.theory.nStep?.mean[0]).toBeCloseTo(1.49215, 5);
    expect(Math.abs(cell?.agreement.gap ?? 99)).toBeLessThan(4.5);
    expect(cell?.measured?.gap.se ?? 1).toBeLessThan(0.1 * Math.abs(cell?.measured?.gap.value ?? 0));
    expect(result.manifest).toMatchObject({
      engine: "cpu",
      precision: "f64",
      seed: 1,
      node: process.versions.node,
    });
  });

  it("gives the same numbers from a link, a file and standard input", async () => {
    const spec = JSON.stringify(result.spec);
    const runs = await Promise.all([
      experiment([file("spec.json", spec), "--engine", "cpu"]),
      experiment(["-", "--engine", "cpu"], { input: spec }),
    ]);
    for (const { code, out } of runs) {
      expect(code).toBe(0);
      expect((JSON.parse(out) as ExperimentResult).cells).toEqual(result.cells);
    }
  });

  it("reads the user's own points from a CSV file beside the specification, and writes all files", async () => {
    file("cloud.csv", CLOUD);
    const spec = file(
      "points.json",
      JSON.stringify({
        version: 1,
        model: { kind: "points", file: "cloud.csv", maxComponents: 4 },
        process: { kind: "ve", T: 2 },
        evaluation: { etas: [0, 1], steps: [8], particles: 2000 },
      }),
    );
    const out = join(folder, "out");
    const {
      code,
      out: text,
      err,
    } = await experiment([spec, "--engine", "cpu", "--format", "table", "--study", "gap-eta", "--out", out]);
    expect(err).toMatch(/cloud\.csv: 120 points in 2 dimensions/);
    expect(err).toMatch(/1 rows? without numbers/);
    expect(code).toBe(0);
    expect(text).toMatch(/η\s+N\s+measured gap/);
    expect(readdirSync(out).sort()).toEqual(["cells.csv", "gap-eta.csv", "result.json"]);
    const written = JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as ExperimentResult;
    expect(written.charts?.map((c) => c.id)).toEqual(["gap-eta"]);
    const mean = written.cells[0]?.measured?.mean;
    // Means of the two columns, within the distance that VE with T = 2 leaves from the prior.
    expect(Math.abs(mean?.[0]?.value ?? 9)).toBeLessThan(0.3);
    expect(readFileSync(join(out, "cells.csv"), "utf8").split("\r\n")[0]).toMatch(/^eta,steps,measured_gap,/);
  });

  it("lists every problem of a bad specification with its field and ends with status 2", async () => {
    const input = JSON.stringify({
      version: 1,
      model: { kind: "points", file: "missing.csv" },
      process: "floww",
      sampler: { eta: -1, stepz: 3 },
      reward: { kind: "formula", text: "x+*2" },
    });
    const { code, out, err } = await experiment(["-"], { input });
    expect(code).toBe(2);
    expect(out).toBe("");
    for (const field of ["model.file", "process.kind", "sampler.eta", "sampler.stepz", "reward.text"]) {
      expect(err).toContain(`spec.${field}: must `);
    }
  });

  it.each([
    ["no file", ["nowhere.json"], /must be a file, a link/],
    ["a bad link", ["N=abc"], /^N: must be a number, got "abc"; leave N out/m],
    ["no specification", [], /must be one file, link or "-", got 0/],
    ["a wrong option", ["eta=1", "--engin", "cpu"], /--engin/],
    ["a wrong choice", ["eta=1", "--format", "xml"], /--format: must be one of json, csv, table, got "xml"/],
  ])("ends with status 2 for %s", async (_, args, message) => {
    const { code, out, err } = await experiment(args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(out).toBe("");
  });

  it("ends with status 1 if the results cannot be written", async () => {
    const blocked = file("blocked", "a file, not a folder");
    const { code, err } = await experiment([
      "etas=0&steps=2&particles=10",
      "--engine",
      "cpu",
      "--out",
      join(blocked, "x"),
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /--out: must be a folder that can be written, got ".*": .*is a file \((ENOTDIR|EEXIST)\)/,
    );
  });

  it("stops at an interrupt with status 130 and writes no result", async () => {
    let sent = false;
    const { code, out, err } = await experiment(
      ["N=1000&steps=1000&etas=0,1&particles=10000000", "--engine", "cpu", "--progress"],
      {
        onError: (text, kill) => {
          if (sent || !/cells: /.test(text)) return;
          sent = true;
          kill("SIGINT");
        },
      },
    );
    expect(err).toMatch(/Interrupted/);
    expect(code).toBe(130);
    expect(out).toBe("");
  });

  it("writes CSV on request and prints help without running", async () => {
    const { code, out } = await experiment([
      "etas=0,2&steps=2,4&eta=1.3&N=7&particles=100",
      "--engine",
      "cpu",
      "--format",
      "csv",
    ]);
    expect(code).toBe(0);
    const rows = out.trim().split("\r\n");
    expect(rows).toHaveLength(7);
    // The sampler's own run and its deterministic twin.
    expect(rows[5]).toMatch(/^0,7,/);
    expect(rows[6]).toMatch(/^1\.3,7,/);
    const help = await experiment(["--help"]);
    expect(help.code).toBe(0);
    expect(help.err).toMatch(/^usage: /);
  });
});

describe("The experiment command on WebGPU", () => {
  const LINK = "etas=0,1.2&steps=10&particles=20000";

  it("gives the CPU's numbers to single precision, where an adapter exists", async (context) => {
    const gpu = await experiment([LINK, "--engine", "webgpu"]);
    if (gpu.code !== 0) {
      const reason = gpu.err.trim() || `exit status ${gpu.code}`;
      if (process.env["REQUIRE_GPU"] === "1") throw new Error(reason);
      context.skip(reason);
    }
    const cpu = await experiment([LINK, "--engine", "cpu"]);
    const [a, b] = [gpu, cpu].map(({ out }) => (JSON.parse(out) as ExperimentResult).cells[1]);
    expect((JSON.parse(gpu.out) as ExperimentResult).manifest).toMatchObject({
      engine: "webgpu",
      precision: "f32",
    });
    // Ten f32 steps on numbers of size 5 leave about 10 * 5 * 2^-24 = 3e-6 per particle; sums average it.
    const gap = (cell: typeof a) => cell?.measured?.gap.value ?? Number.NaN;
    expect(Math.abs(gap(a) - gap(b))).toBeLessThan(1e-4);
  });
});
