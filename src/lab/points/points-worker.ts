/** Worker: reads the user's points and fits a mixture to them, so that the page never waits. */
import { fitPoints } from "../../experiments/fit-points.ts";
import {
  extractPoints,
  pointSetOf,
  readPointTable,
  standardisePoints,
  type PointSet,
  type PointTable,
} from "./point-table.ts";
import {
  FILE_LIMIT_BYTES,
  type PointsReply,
  type PointsRequest,
  type PointsSummary,
} from "./points-messages.ts";

const SHOWN = 2000;

let table: PointTable | null = null;
let set: PointSet | null = null;

self.onmessage = (event: MessageEvent<PointsRequest>) => {
  void answer(event.data).then(reply, (error: unknown) =>
    reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
};

function reply(message: PointsReply): void {
  self.postMessage(message);
}

async function answer(request: PointsRequest): Promise<PointsReply> {
  switch (request.kind) {
    case "read": {
      table = readPointTable(await textOf(request.source));
      const { names, numeric, rows, separator } = table;
      return {
        kind: "table",
        table: { names, numeric, separator, rows: rows.length, preview: rows.slice(0, 5) },
      };
    }
    case "extract":
      if (table === null) throw new Error("points: read a table first, got none; choose a file");
      return keep(extractPoints(table, request.columns), request.standardise);
    case "take":
      return keep(pointSetOf(request.points, request.dim), request.standardise);
    case "fit": {
      if (set === null) throw new Error("points: choose points first, got none; choose a file");
      const { points, dim } = set;
      return {
        kind: "fit",
        fit: fitPoints({
          points,
          dim,
          maxComponents: request.maxComponents,
          seed: request.seed,
          onProgress: (done) => reply({ kind: "progress", done }),
        }),
      };
    }
  }
}

function keep(raw: PointSet, standardise: boolean): PointsReply {
  set = standardise ? standardisePoints(raw) : raw;
  const { points, ...rest } = set;
  return { kind: "points", points: { ...rest, cloud: thinned(points, rest.dim) } };
}

function thinned(points: Float64Array, dim: number): PointsSummary["cloud"] {
  const count = points.length / dim;
  const shown = Math.min(SHOWN, count);
  const cloud = new Float64Array(shown * dim);
  for (let i = 0; i < shown; i += 1) {
    const row = Math.floor((i * count) / shown);
    cloud.set(points.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  return cloud;
}

async function textOf(source: string | Blob): Promise<string> {
  if (typeof source === "string") return source;
  if (source.size > FILE_LIMIT_BYTES)
    throw new Error(
      `points: the file must be at most 64 MiB, got ${(source.size / 2 ** 20).toFixed(0)} MiB; thin it first`,
    );
  return source.text();
}
