import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../src/cli/launch/paths.mjs";
import { type ImportTable, type SourceFile, sourceViolations } from "./support/source-rules.ts";

const REACT = ["react", "react-dom"];

/** Who may import whom. What a line does not name is not allowed. */
const TABLE: ImportTable = {
  math: { imports: [], packages: ["ml-matrix"] },
  spec: { imports: [], packages: ["zod", "fflate"] },
  prompt: { imports: [] },
  diffusion: { imports: ["math"] },
  rewards: { imports: ["math", "diffusion", "prompt"] },
  theory: { imports: ["math", "diffusion", "rewards"] },
  measure: { imports: ["math"] },
  gpu: { imports: [], browser: true, gpu: true },
  network: { imports: ["math", "diffusion"] },
  // Colours and slots of the data, which the offline code reads from the same files.
  "network/training": {
    imports: ["network", "math", "prompt/vocabulary.json", "train/data/rules.json"],
  },
  "network/tensorflow": { imports: ["network"], packages: ["@tensorflow"] },
  "network/webgpu": {
    imports: ["network", "gpu", "shaders", "math", "diffusion", "engine/webgpu"],
    gpu: true,
  },
  "engine/image-engine.ts": { imports: ["diffusion", "engine/engine.ts"] },
  "engine/scratch-training.ts": { imports: [] },
  "engine/scratch": {
    imports: [
      "network",
      "gpu",
      "diffusion",
      "engine/scratch-training.ts",
      "engine/tensorflow",
      "engine/worker-port.ts",
    ],
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-webgpu"],
    browser: true,
    gpu: true,
  },
  "engine/engine.ts": { imports: ["diffusion", "rewards", "measure"] },
  // Training takes its settings as they stand in the specification: plain data, one name each.
  alignment: {
    imports: [
      "math",
      "diffusion",
      "rewards",
      "measure",
      "network/safetensors.ts",
      // The glyph network's form, for its trainable parts, and what a distilled network is asked for.
      "network/architecture.ts",
      "network/low-rank.ts",
      "network/sampler.ts",
      "engine/training-engine.ts",
      "spec/types.ts",
      "spec/training/types.ts",
    ],
  },
  "alignment/tensorflow": {
    imports: ["alignment", "diffusion", "math", "network"],
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
  },
  "alignment/wasm": { imports: ["alignment", "diffusion"] },
  "alignment/webgpu": { imports: ["alignment", "diffusion", "math", "gpu", "shaders"], gpu: true },
  "engine/training-engine.ts": {
    imports: [
      "diffusion",
      "rewards",
      "measure",
      "engine/image-engine.ts",
      "spec/types.ts",
      "spec/training/types.ts",
    ],
  },
  "engine/worker-port.ts": { imports: [], browser: true },
  "engine/pace.ts": { imports: [], browser: true },
  "engine/training": {
    imports: [
      "alignment",
      "gpu",
      "math",
      "diffusion",
      "rewards",
      "measure",
      "network",
      "prompt",
      "engine/engine.ts",
      "engine/training-engine.ts",
      "engine/image-engine.ts",
      "engine/images",
      "engine/pace.ts",
      "engine/tensorflow",
      "engine/worker-port.ts",
      "spec/types.ts",
      "spec/training/types.ts",
    ],
    packages: ["node:"],
    browser: true,
    gpu: true,
  },
  "engine/tensorflow": {
    imports: [],
    packages: [
      "@tensorflow/tfjs",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-webgpu",
      "node:",
    ],
    browser: true,
    gpu: true,
  },
  "engine/cpu": {
    imports: ["math", "diffusion", "rewards", "measure", "engine/engine.ts", "engine/pace.ts"],
    packages: ["node:"],
    browser: true,
  },
  "engine/images": {
    imports: [
      "network",
      "gpu",
      "rewards",
      "prompt",
      "diffusion",
      "engine/image-engine.ts",
      "engine/pace.ts",
      "engine/tensorflow",
      "engine/webgpu/image-rewards.ts",
      "engine/worker-port.ts",
    ],
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
    browser: true,
    gpu: true,
  },
  "engine/webgpu": {
    imports: ["gpu", "shaders", "math", "diffusion", "rewards", "measure", "engine/engine.ts"],
    browser: true,
    gpu: true,
  },
  experiments: {
    imports: [
      "spec",
      "math",
      "diffusion",
      "prompt",
      "rewards",
      "theory",
      "engine/engine.ts",
      "engine/image-engine.ts",
      "engine/training-engine.ts",
      // The steps of a noise law, for what theory says of them.
      "alignment/noise-steps.ts",
      "measure",
    ],
  },
  lab: {
    imports: [
      "spec",
      "experiments",
      "measure",
      "engine/engine.ts",
      "engine/image-engine.ts",
      "engine/training-engine.ts",
      "engine/scratch-training.ts",
    ],
    packages: ["zustand", "zundo", "papaparse", "fflate"],
    browser: true,
  },
  render: {
    imports: ["gpu", "shaders/lib", "shaders/render", "engine/engine.ts"],
    browser: true,
    gpu: true,
  },
  charts: { imports: ["measure", "math"], packages: [...REACT, "recharts"], browser: true },
  ui: {
    imports: [
      "spec",
      "lab",
      "measure",
      "charts",
      "render",
      "theory/references.ts",
      "theory/formulas.ts",
      "rewards/formula",
      "prompt",
      "rewards/image/catalogue.ts",
      "rewards/image/reward-name.ts",
      "engine/scratch-training.ts",
    ],
    packages: [...REACT, "katex", "papaparse", "zustand"],
    browser: true,
  },
  cli: {
    imports: [
      "spec",
      "experiments",
      "measure",
      "prompt",
      "network",
      "rewards/image",
      "engine",
      "lab/points/point-table.ts",
      "package.json",
    ],
    packages: [
      "node:",
      "webgpu",
      "rolldown",
      "fast-png",
      "@tensorflow/tfjs",
      "@tensorflow/tfjs-backend-wasm",
    ],
  },
  train: { imports: ["cli/launch", "prompt/vocabulary.json"], packages: ["node:"] },
  "page-parts.ts": { imports: ["lab"], packages: REACT, browser: true },
  "laws-page.tsx": {
    imports: [
      "page-parts.ts",
      "spec",
      "lab",
      "ui",
      "charts",
      "render",
      "engine",
      "gpu",
      "experiments",
      "measure",
      "rewards",
      "package.json",
    ],
    packages: REACT,
    browser: true,
    gpu: true,
  },
  "images-page.tsx": {
    imports: [
      "page-parts.ts",
      "engine/image-engine.ts",
      "engine/images",
      "engine/scratch",
      "experiments",
      "lab",
      "rewards/image",
      "spec",
      "ui",
    ],
    packages: REACT,
    browser: true,
  },
  "training-page.tsx": {
    imports: [
      "page-parts.ts",
      "alignment/adapter-files.ts",
      "alignment/algorithms",
      "engine/training",
      "engine/training-engine.ts",
      "experiments",
      "lab",
      "spec",
      "ui",
      "rewards",
    ],
    packages: REACT,
    browser: true,
  },
  "main.tsx": {
    imports: ["spec", "ui/styles", "laws-page.tsx", "images-page.tsx", "training-page.tsx"],
    browser: true,
  },
};

const LONG_FILE = 300;
const TOO_LONG = 400;

/** All text files below `folder`, with paths from the project root. */
function readFolder(folder: string, pattern: RegExp): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && pattern.test(entry.name) && !entry.parentPath.includes("node_modules"),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: path.slice(ROOT.length + 1).replaceAll("\\", "/"),
      text: readFileSync(path, "utf8"),
    }));
}

const sources = readFolder("src", /\.(tsx?|mjs)$/);

describe("The sources", () => {
  it("import only what the table allows, without circles, eval or misplaced React and GPU types", () => {
    expect(sourceViolations(sources, TABLE)).toEqual([]);
  });

  it("have table lines that could be drawn as layers: no two folders may import each other", () => {
    const mutual = Object.entries(TABLE).flatMap(([from, { imports }]) =>
      imports.filter((to) => TABLE[to]?.imports.includes(from)).map((to) => `${from} <-> ${to}`),
    );
    expect(mutual).toEqual([]);
  });

  it("are named in kebab-case, React components in PascalCase", () => {
    const odd = sources
      .map(({ path }) => path)
      .filter(
        (path) =>
          !/\/(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.(?:tsx?|mjs)|(?:[A-Z][a-z0-9]*)+\.tsx)$/.test(path),
      );
    expect(odd).toEqual([]);
  });

  it(`stay below ${TOO_LONG} lines a file`, () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > LONG_FILE);
    for (const { path, lines } of long) console.info(`${path}: ${lines} lines; think of splitting it`);
    expect(long.filter(({ lines }) => lines > TOO_LONG)).toEqual([]);
  });

  it("set every bind group layout explicitly", () => {
    expect(sources.filter(({ text }) => /layout:\s*["']auto["']/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

describe("The project", () => {
  it("names no path of the machine it was written on", () => {
    const text = /\.(tsx?|mjs|js|json|wgsl|md|html|css|csv|ya?ml)$|^run$/;
    const files = [
      ...["src", "test", "shaders", "public", ".ci"].flatMap((folder) => readFolder(folder, text)),
    ];
    const roots = readdirSync(ROOT).filter((name) => text.test(name) && name !== "package-lock.json");
    const all = [...files, ...roots.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }))];
    // Written in pieces, so that this file does not find itself.
    const machine = new RegExp(
      ["/wo" + "rk/", "/tmp/br" + "ief", "\\.\\./sha" + "red", "/ro" + "ot/"].join("|"),
    );
    expect(all.filter((file) => machine.test(file.text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("The checker finds a planted violation:", () => {
  const planted: readonly (readonly [string, readonly SourceFile[], string])[] = [
    [
      "a forbidden folder",
      [file("src/theory/a.ts", 'import { x } from "../engine/engine.ts";')],
      "must not import src/engine/engine.ts",
    ],
    [
      "a re-export",
      [file("src/math/a.ts", 'export * from "../spec/types.ts";')],
      "must not import src/spec/types.ts",
    ],
    [
      "a type import",
      [file("src/charts/a.ts", 'import type { X } from "../lab/x.ts";')],
      "must not import src/lab/x.ts",
    ],
    [
      "a lazy import",
      [file("src/ui/a.ts", 'void import("../gpu/device.ts");')],
      "must not import src/gpu/device.ts",
    ],
    [
      "a worker file",
      [file("src/charts/a.ts", 'new URL("../engine/cpu/worker.ts", import.meta.url);')],
      "must not import src/engine/cpu/worker.ts",
    ],
    ["React in the lab", [file("src/lab/a.ts", 'import { useState } from "react";')], 'the package "react"'],
    [
      "a GPU type in experiments",
      [file("src/experiments/a.ts", "export type D = GPUDevice;")],
      '"GPUDevice"',
    ],
    ["the DOM in mathematics", [file("src/math/a.ts", "export const w = window.innerWidth;")], '"window"'],
    ["eval", [file("src/spec/a.ts", 'eval("1");')], "eval(...)"],
    ["the Function constructor", [file("src/rewards/a.ts", 'new Function("return 1");')], "Function(...)"],
    ["a timer of text", [file("src/lab/a.ts", 'setTimeout("go()", 1);')], "setTimeout of text"],
    [
      "a folder outside the table",
      [file("src/helpers/a.ts", "")],
      "must lie in a folder of the import table",
    ],
    [
      "a circle",
      [
        file("src/math/a.ts", 'import "./b.ts";'),
        file("src/math/b.ts", 'import "./c.ts";'),
        file("src/math/c.ts", 'import "./a.ts";'),
      ],
      "src/math/a.ts > src/math/b.ts > src/math/c.ts > src/math/a.ts",
    ],
  ];
  it.each(planted)("%s", (_name, files, message) => {
    expect(sourceViolations(files, TABLE).join("\n")).toContain(message);
  });

  it("and is silent about a clean file that only looks suspicious", () => {
    const clean = file(
      "src/theory/a.ts",
      'import { b } from "../math/b.ts";\nexport const a = { window: b.window, document: "eval(1)" };\nexport const f = ({ history }: { history: number }) => history;',
    );
    expect(sourceViolations([clean], TABLE)).toEqual([]);
  });
});

function file(path: string, text: string): SourceFile {
  return { path, text };
}
