/** The file of a stored study: what comes with the page of it, and what is read of that. */
import { STORED_STUDIES_COMMAND, type StoredStudy } from "../../experiments/training/stored-studies.ts";
import type { TrainingStudyId } from "../../experiments/training/study.ts";
import type { ChartData } from "../../measure/series.ts";
import { parseTrainingSpec } from "../../spec/training/parse.ts";
import { jsonReader } from "./read-json.ts";

/** A stored study as the page shows it. */
export interface ShownStudy extends Pick<StoredStudy, "study" | "spec" | "trainings" | "charts"> {
  /** Day of the run, "2026-11-22". */
  readonly day: string;
  readonly version: string;
  readonly adapter: string;
}

/** "none": this page comes without results of the study. */
export type StoredStudyState =
  | { readonly phase: "loading" | "none" }
  | ({ readonly phase: "ready" } & ShownStudy)
  | { readonly phase: "failed"; readonly message: string };

/** Brings a stored study; null where none comes with the page. Rejects with a plain sentence where its file is damaged. */
export type LoadStoredStudy = (id: TrainingStudyId) => Promise<ShownStudy | null>;

/** Fetches and reads the file of a study. */
export async function fetchStoredStudy(
  id: TrainingStudyId,
  fetcher: (address: string) => Promise<Response> = (address) => fetch(address),
): Promise<ShownStudy | null> {
  const response = await fetcher(`./studies/${id}.json`);
  const body = await response.text();
  // Some servers answer with a page where a file is missing.
  if (!response.ok || !body.startsWith("{")) return null;
  return readStoredStudy(JSON.parse(body, withoutNulls), id);
}

/** JSON has no infinity, and writes null for it: the standard error of a single number. */
function withoutNulls(key: string, value: unknown): unknown {
  return key === "se" && value === null ? Infinity : value;
}

/** Reads a file's JSON. Throws RangeError that names the first field that is not as it must be. */
export function readStoredStudy(json: unknown, id: TrainingStudyId): ShownStudy {
  const { refuse, record, list, text, number, oneOf } = jsonReader(`study ${id}`, STORED_STUDIES_COMMAND);
  const file = record(json, "the file");
  oneOf(file["kind"], ["training-study"], "kind");
  if (file["version"] !== 1) refuse("version", "be 1", file["version"]);
  const parsed = parseTrainingSpec(file["spec"]);
  if (!parsed.ok) return refuse("spec", "be a valid training", parsed.problems[0]?.field);
  const manifest = record(file["manifest"], "manifest");
  const charts = list(file["charts"], "charts").map((value, i) => {
    const chart = record(value, `charts.${i}`);
    const kind = oneOf(chart["chart"], ["line", "heat-map"], `charts.${i}.chart`);
    list(chart[kind === "line" ? "series" : "measured"], `charts.${i}'s figures`);
    for (const field of ["id", "title", "summary"]) text(chart[field], `charts.${i}.${field}`);
    // Deeper it is as the command wrote it; a chart that cannot be drawn says so in its own place.
    return value as ChartData;
  });
  return {
    study: oneOf(file["study"], [id], "study"),
    spec: parsed.spec,
    trainings: number(file["trainings"], "trainings"),
    charts,
    day: text(manifest["date"], "manifest.date").slice(0, 10),
    version: text(manifest["version"], "manifest.version"),
    adapter: text(manifest["adapter"], "manifest.adapter"),
  };
}
