/**
 * `npm run train -- STAGE [options]`: the offline stages of the glyph model. `data` runs in Node; the others in Python with
 * PyTorch, since no TypeScript backend trains convolutions at a usable speed (README.md beside this file).
 * Exit status 0 done, 1 failed, 2 wrong arguments.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ROOT } from "../cli/launch/paths.mjs";
import { dataStage } from "./data/stage.ts";
import { findPython } from "./python.ts";

const WRONG_ARGUMENTS = 2;

/** Stages in the order in which a model is made, and what each does. */
const STAGES = {
  data: "draw the glyphs of the pinned typefaces into .train/data",
  shares: "count how often attributes come together, for completing prompts",
  classifiers: "train the reward and the evaluation classifiers",
  references: "let the evaluation classifiers look at real glyphs, for Frechet distances",
  teacher: "train the teacher (the long one)",
  trajectories: "follow the teacher's guided ODE, for the student to learn from",
  distil: "train a student: --method flow-map or endpoint",
  refine: "train the student on against real glyphs, through its sampler",
  average: "average the weights of two states of a student",
  evaluate: "measure teacher, student and real glyphs; contact sheets",
  ship: "copy the weights to public/models/glyphs and write the model card",
  export_onnx: "write a network as ONNX, for other runtimes and the benchmark",
} as const;

type Stage = keyof typeof STAGES;

const USAGE = `usage: npm run train -- STAGE [options]

${Object.entries(STAGES)
  .map(([name, does]) => `  ${name.padEnd(13)} ${does}`)
  .join("\n")}

Each stage says its options with --help. All go on where they were stopped. See src/train/README.md for the times.`;

function isStage(name: string | undefined): name is Stage {
  return name !== undefined && Object.hasOwn(STAGES, name);
}

async function main([stage, ...options]: readonly string[]): Promise<number> {
  if (stage === "--help") {
    say(USAGE);
    return 0;
  }
  if (!isStage(stage)) {
    say(`stage: must be one of ${Object.keys(STAGES).join(", ")}, got "${stage ?? ""}"\n${USAGE}`);
    return WRONG_ARGUMENTS;
  }
  if (stage === "data") return dataStage(options, say);
  const python = findPython();
  if ("problem" in python) {
    say(python.problem);
    return 1;
  }
  return runPython(python.command, [fileURLToPath(new URL(`${stage}.py`, import.meta.url)), ...options]);
}

function runPython(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: ROOT, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return 1;
});
