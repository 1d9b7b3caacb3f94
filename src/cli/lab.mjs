/**
 * `npm run lab [-- --port 4173] [--host 127.0.0.1] [--base /]`: installs what is missing, builds the lab, serves it and
 * prints the address. Ends with Ctrl+C.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureDependencies, fail } from "./launch/dependencies.mjs";
import { LAB_FOLDER, ROOT } from "./launch/paths.mjs";
import { serve } from "./launch/serve.mjs";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4173" },
    host: { type: "string", default: "127.0.0.1" },
    base: { type: "string", default: "/" },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(
    `--port: must be an integer from 0 to 65535, got "${values.port}"; leave it out for 4173 or any free port`,
  );
}

ensureDependencies();
console.error("Building the lab ...");
const built = spawnSync(
  process.execPath,
  [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"],
  {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  },
);
if (built.status !== 0) fail("vite build: must succeed, see the messages above");
const { url } = await serve(LAB_FOLDER, { port, host: values.host, base: values.base });
console.log(`Etalon is ready at ${url}   (Ctrl+C ends it)`);
