import { build } from "vite";
import type { TestProject } from "vitest/node";
import { LAB_FOLDER, ROOT } from "../../src/cli/launch/paths.mjs";

/** One script of the built lab. */
export interface BuiltChunk {
  /** Path inside the built folder. */
  readonly file: string;
  readonly isEntry: boolean;
  /** Files that the browser must have before this one runs. */
  readonly imports: readonly string[];
  /** npm packages with code in it. */
  readonly packages: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    builtChunks: readonly BuiltChunk[];
  }
}

/** Builds the lab once before the tests of the built page. */
export default async function setup(project: TestProject): Promise<void> {
  // Vite takes production or development from NODE_ENV, which the test runner has set to "test".
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  const built = await build({
    root: ROOT,
    mode: "production",
    logLevel: "warn",
    build: { outDir: LAB_FOLDER },
  });
  process.env["NODE_ENV"] = before ?? "test";
  if (Array.isArray(built) || !("output" in built))
    throw new Error("build: must give one output, got none or many");
  const chunks = built.output.filter((file) => file.type === "chunk");
  project.provide(
    "builtChunks",
    chunks.map((chunk) => ({
      file: chunk.fileName,
      isEntry: chunk.isEntry,
      imports: chunk.imports,
      packages: [...new Set(chunk.moduleIds.flatMap(packageOf))],
    })),
  );
}

function packageOf(moduleId: string): readonly string[] {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(moduleId)?.[1];
  return name === undefined ? [] : [name];
}
