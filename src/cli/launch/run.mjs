/**
 * `node src/cli/launch/run.mjs ENTRY.ts [arguments]`: installs what is missing and runs a TypeScript file of the project
 * in Node, with a WebGPU driver where one can be found. Passes on standard streams, signals and the exit status.
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDependencies, fail } from "./dependencies.mjs";
import { ROOT } from "./paths.mjs";
import { softwareVulkanEnvironment } from "./vulkan.mjs";

const [entry, ...args] = process.argv.slice(2);
if (!entry) fail("run.mjs: must be given a TypeScript file of the project");
ensureDependencies();
const hooks = pathToFileURL(resolve(ROOT, "src/cli/launch/typescript.mjs")).href;
const child = spawn(process.execPath, ["--import", hooks, resolve(ROOT, entry), ...args], {
  stdio: "inherit",
  env: { ...process.env, ...softwareVulkanEnvironment() },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
