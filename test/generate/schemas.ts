/** Writes public/schema: `node src/cli/launch/run.mjs test/generate/schemas.ts`. A test checks that the files are current. */
import { mkdirSync, writeFileSync } from "node:fs";
import { resultJsonSchema, specJsonSchema } from "./json-schemas.ts";

const folder = new URL("../../public/schema/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("spec.json", folder), `${JSON.stringify(specJsonSchema(), null, 1)}\n`);
writeFileSync(new URL("result.json", folder), `${JSON.stringify(resultJsonSchema(), null, 1)}\n`);
