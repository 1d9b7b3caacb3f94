/** Command line arguments of `npm run experiment`. */
import { parseArgs } from "node:util";
import { EXPERIMENTS } from "../experiments/registry.ts";

export type OutputFormat = "json" | "csv" | "table";

export interface CliArguments {
  /** Path of a JSON file, a link, "-" for standard input. */
  readonly source: string;
  /** null: WebGPU if there is a hardware adapter, else the CPU. */
  readonly engine: "cpu" | "webgpu" | null;
  readonly studies: readonly string[];
  readonly format: OutputFormat;
  readonly out: string | null;
  readonly progress: boolean;
}

/** The arguments were wrong; `problems` says how. */
export class UsageError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "UsageError";
    this.problems = problems;
  }
}

export const USAGE = `usage: npm run --silent experiment -- <spec.json | link | -> [options]

  spec.json            a specification (see public/schema/spec.json); "-" reads it from standard input
  link                 an address of the lab, or its part after #

  --engine cpu|webgpu  default: webgpu where there is a GPU, else cpu
  --study ID           also make the charts of a study; may be given several times, "all" for every one:
                       ${EXPERIMENTS.map((e) => e.id).join(", ")}
  --format json|csv|table
                       what goes to standard output (default json)
  --out DIR            also write result.json, cells.csv and one CSV per chart there
  --progress           report progress on standard error
  --help               this text`;

/** Reads arguments, or "help". Throws `UsageError` with every problem. */
export function readArguments(args: readonly string[]): CliArguments | "help" {
  const { values, positionals } = parse(args);
  if (values.help === true) return "help";
  const studies = values.study?.includes("all") ? EXPERIMENTS.map((e) => e.id) : (values.study ?? []);
  const problems = [
    ...(positionals.length === 1
      ? []
      : [`spec: must be one file, link or "-", got ${positionals.length}; put links in quotes`]),
    ...choiceProblem("--engine", values.engine, ["cpu", "webgpu"]),
    ...choiceProblem("--format", values.format, ["json", "csv", "table"]),
    ...studies.flatMap((id) =>
      choiceProblem(
        "--study",
        id,
        EXPERIMENTS.map((e) => e.id),
      ),
    ),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  return {
    source: positionals[0] ?? "-",
    engine: values.engine === "cpu" || values.engine === "webgpu" ? values.engine : null,
    studies: [...new Set<string>(studies)],
    format: values.format === "csv" || values.format === "table" ? values.format : "json",
    out: values.out ?? null,
    progress: values.progress === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        engine: { type: "string" },
        study: { type: "string", multiple: true },
        format: { type: "string" },
        out: { type: "string" },
        progress: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError([error instanceof Error ? error.message : String(error)]);
  }
}

function choiceProblem(name: string, value: string | undefined, choices: readonly string[]): string[] {
  if (value === undefined || choices.includes(value)) return [];
  return [`${name}: must be one of ${choices.join(", ")}, got "${value}"; leave it out for the default`];
}
