/**
 * Makes `npm run X` work right after a clone. This file and its neighbours are plain Node without dependencies, because
 * they run before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const OLDEST_NODE = [20, 19];

/**
 * Installs the locked dependencies if the folder `node_modules` is missing or was left half finished by an earlier
 * install; otherwise does nothing. Output goes to standard error. Ends the process when it cannot succeed.
 */
export function ensureDependencies() {
  refuseOldNode();
  if (isInstalled()) return;
  console.error("Installing dependencies (npm ci) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(
    npm,
    ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=warn"],
    {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (status === 0) return;
  fail(
    `npm ci: must succeed, got ${error?.message ?? `exit status ${status}`}; check the network and run it again`,
  );
}

/** Prints `message` on standard error and ends the process with status 1. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `Node: must be ${OLDEST_NODE.join(".")} or newer, got ${process.versions.node}; install a current Node`,
  );
}

/** npm writes its hidden lock file last, so a matching one means a complete install of the locked versions. */
function isInstalled() {
  const installed = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  const want = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  return Object.entries(want).every(
    ([path, { version, optional }]) => path === "" || optional || have[path]?.version === version,
  );
}
