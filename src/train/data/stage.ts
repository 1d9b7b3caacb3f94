/** `npm run train -- data`: installs the pinned typefaces, draws them, and compares the result with what is committed. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ROOT } from "../../cli/launch/paths.mjs";
import { buildData, type DataSummary } from "./build.ts";
import { RULES } from "./rules.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const COMMITTED = resolve(HERE, "families.json");

const USAGE = `usage: npm run train -- data [options]

  --out DIR       where to write (default .train/data)
  --packages DIR  folder with package.json and lockfile of the typefaces (default src/train/data)
  --only A,B      only these families of @fontsource, and no comparison
  --accept        write what was drawn to src/train/data/families.json instead of comparing`;

/** Draws the data; resolves with the exit status. `say` takes a line for the reader. */
export async function dataStage(args: readonly string[], say: (line: string) => void): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: "string", default: ".train/data" },
      packages: { type: "string", default: HERE },
      only: { type: "string" },
      accept: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(USAGE);
    return 0;
  }
  const packages = resolve(ROOT, values.packages);
  install(packages, say);
  const summary = await buildData({
    packages: resolve(packages, "node_modules"),
    out: resolve(ROOT, values.out),
    rules: RULES,
    only: values.only?.split(",") ?? null,
    report: say,
  });
  const { train, validation, heldOut } = summary.images;
  say(`${train} training, ${validation} validation and ${heldOut} held-out images, sha256 ${summary.sha256}`);
  if (values.only !== undefined || packages !== resolve(HERE)) return 0;
  return values.accept ? accept(summary, say) : compare(summary, say);
}

function install(folder: string, say: (line: string) => void): void {
  if (isInstalled(folder)) return;
  say("Installing the typefaces (npm ci, about 400 MB) ...");
  const { status, error } = spawnSync(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=warn"],
    { cwd: folder, stdio: ["ignore", 2, 2], shell: process.platform === "win32" },
  );
  if (status === 0) return;
  throw new Error(
    `npm ci in ${folder}: must succeed, got ${error?.message ?? `exit status ${status}`}; check the network and run it again`,
  );
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

function isInstalled(folder: string): boolean {
  const hidden = resolve(folder, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const have = readLock(hidden).packages;
  const want = Object.entries(readLock(resolve(folder, "package-lock.json")).packages);
  return want.every(([path, { version }]) => path === "" || have[path]?.version === version);
}

function readLock(path: string): Lock {
  return JSON.parse(readFileSync(path, "utf8")) as Lock;
}

function accept(summary: DataSummary, say: (line: string) => void): number {
  writeFileSync(COMMITTED, `${JSON.stringify(summary, null, 2)}\n`);
  say(`Written to ${COMMITTED}`);
  return 0;
}

function compare(summary: DataSummary, say: (line: string) => void): number {
  const expected = (JSON.parse(readFileSync(COMMITTED, "utf8")) as DataSummary).sha256;
  if (summary.sha256 === expected) {
    say("The data are those of the committed weights, bit for bit.");
    return 0;
  }
  say(
    `data: must have the committed sha256 ${expected}, got ${summary.sha256}; ` +
      "if a rule or a typeface was changed on purpose, run it with --accept and train anew",
  );
  return 1;
}
