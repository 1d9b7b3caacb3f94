/** Command line arguments of `npm run experiment`. */
import { parseArgs } from "node:util";
import { EXPERIMENTS } from "../experiments/registry.ts";
import { TRAINING_STUDIES } from "../experiments/training/registry.ts";
import { STORED_STUDY_IDS } from "../experiments/training/stored-studies.ts";

/** Studies of laws. */
export const LAW_STUDIES: readonly string[] = EXPERIMENTS.map((e) => e.id);
/** Studies of trainings. */
export const TRAINED_STUDIES: readonly string[] = TRAINING_STUDIES.map((s) => s.id);

/** What the command makes without being given a specification. */
export type OwnWork = "findings" | "stored";

/** Its parts: findings rest on trained points or on prompts of images; stored studies go by their names. */
export const OWN_PARTS = {
  findings: ["trainings", "prompts"],
  stored: STORED_STUDY_IDS,
} as const satisfies Readonly<Record<OwnWork, readonly string[]>>;

export type OutputFormat = "json" | "csv" | "table";

export interface CliArguments {
  /** Path of a JSON file, a link, "-" for standard input; null for what brings its own, see `own`. */
  readonly source: string | null;
  /** What comes with the page and is made here: the findings, or the stored studies; null for a specification. */
  readonly own: OwnWork | null;
  /** The parts of that to be made, as given; none for all. */
  readonly only: readonly string[];
  /** Leaves its finished trainings in the folder. */
  readonly keep: boolean;
  /** null: WebGPU if there is a hardware adapter, else the CPU. */
  readonly engine: "cpu" | "webgpu" | null;
  /** As given, "all" included. */
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

  spec.json            a specification (see public/schema: spec, image-spec, training-spec); "-" reads it from standard input
  link                 an address of the lab, or its part after #

  --engine cpu|webgpu  default: webgpu where there is a GPU, else cpu
  --study ID           also make the charts of a study; may be given several times, "all" for every one:
                       laws: ${LAW_STUDIES.join(", ")}
                       trainings: ${TRAINED_STUDIES.join(", ")}
  --format json|csv|table
                       what goes to standard output (default json)
  --out DIR            also write result.json, cells.csv and one CSV per chart there; trainings also write each finished
                       run there, and go on from those after a kill
  --findings           instead of a specification: run what the lab says about published findings, into --out
  --stored             instead of a specification: run the studies whose results come with the page, into --out
  --only PART          with either: make that part alone, the other files of --out stay; may be given several times:
                       findings: ${OWN_PARTS.findings.join(", ")}
                       stored: ${OWN_PARTS.stored.join(", ")}
  --keep               with either: leave finished trainings in --out/cells, so that another run takes them as they are
  --progress           report progress on standard error
  --help               this text`;

const OWN = ["findings", "stored"] as const;

/** Reads arguments, or "help". Throws `UsageError` with every problem. */
export function readArguments(args: readonly string[]): CliArguments | "help" {
  const { values, positionals } = parse(args);
  if (values.help === true) return "help";
  const studies = values.study ?? [];
  const only = values.only ?? [];
  const own = OWN.find((name) => values[name] === true) ?? null;
  const problems = [
    ...sourceProblems(
      positionals.length,
      OWN.filter((name) => values[name] === true),
      values.out,
    ),
    ...choiceProblem("--engine", values.engine, ["cpu", "webgpu"]),
    ...choiceProblem("--format", values.format, ["json", "csv", "table"]),
    ...studies.flatMap((id) => choiceProblem("--study", id, ["all", ...LAW_STUDIES, ...TRAINED_STUDIES])),
    ...partProblems(own, only, values.keep === true),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  return {
    source: own === null ? (positionals[0] ?? "-") : null,
    own,
    only: [...new Set<string>(only)],
    keep: values.keep === true,
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
        findings: { type: "boolean" },
        stored: { type: "boolean" },
        only: { type: "string", multiple: true },
        keep: { type: "boolean" },
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

function partProblems(own: OwnWork | null, only: readonly string[], keep: boolean): string[] {
  if (own !== null) return only.flatMap((part) => choiceProblem("--only", part, OWN_PARTS[own]));
  return [...(only.length > 0 ? ["--only"] : []), ...(keep ? ["--keep"] : [])].map(
    (name) => `${name}: must stand with --findings or --stored, got neither; add one, or remove it`,
  );
}

function sourceProblems(given: number, own: readonly string[], out: string | undefined): string[] {
  const [first, second] = own;
  if (first === undefined)
    return given === 1 ? [] : [`spec: must be one file, link or "-", got ${given}; put links in quotes`];
  return [
    ...(second === undefined
      ? []
      : [`--${second}: must stand alone, got --${first} too; run one after the other`]),
    ...(given === 0 ? [] : [`spec: must be left out with --${first}, which brings its own; remove it`]),
    ...(out === undefined ? [`--out: must name a folder with --${first}, got nothing; add --out DIR`] : []),
  ];
}

/** True if a part of the command's own work is to be made. */
export function isWanted({ only }: Pick<CliArguments, "only">, part: string): boolean {
  return only.length === 0 || only.includes(part);
}

/** The studies asked for among those of one kind of specification. Throws `UsageError` for those of another kind. */
export function studiesAmong({ studies }: CliArguments, known: readonly string[]): readonly string[] {
  if (studies.includes("all")) return known;
  const problems = studies.flatMap((id) => choiceProblem("--study", id, known));
  if (problems.length > 0) throw new UsageError(problems);
  return studies;
}
