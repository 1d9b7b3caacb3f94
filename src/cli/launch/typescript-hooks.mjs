/** Module hooks behind typescript.mjs, in Node's loader thread. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transformSync } from "rolldown/utils";

/** A `?raw` import is the file's text, a TypeScript file is stripped of its types, anything else is left to Node. */
export async function load(url, context, next) {
  const { pathname, search, protocol } = new URL(url);
  if (protocol !== "file:") return next(url, context);
  if (search === "?raw") return module(`export default ${JSON.stringify(await text(url))};`);
  const lang = /\.(tsx?)$/.exec(pathname)?.[1];
  if (!lang || pathname.includes("/node_modules/")) return next(url, context);
  const { code, errors } = transformSync(pathname, await text(url), { lang, sourcemap: false });
  if (errors.length > 0) throw new SyntaxError(`${pathname}: ${errors[0].message}`);
  return module(code);
}

function text(url) {
  return readFile(fileURLToPath(url), "utf8");
}

function module(source) {
  return { format: "module", shortCircuit: true, source };
}
