/** Writes public/schema: `node src/cli/launch/run.mjs test/generate/schemas.ts`. A test checks that the files are current. */
import { mkdirSync, writeFileSync } from "node:fs";
import { imageFindingsJsonSchema, imageResultJsonSchema, imageSpecJsonSchema } from "./image-schemas.ts";
import { resultJsonSchema, specJsonSchema } from "./json-schemas.ts";
import {
  trainingFindingsJsonSchema,
  trainingResultJsonSchema,
  trainingSpecJsonSchema,
  trainingStudyJsonSchema,
} from "./training-schemas.ts";

const folder = new URL("../../public/schema/", import.meta.url);
mkdirSync(folder, { recursive: true });
const schemas = {
  "spec.json": specJsonSchema(),
  "result.json": resultJsonSchema(),
  "image-spec.json": imageSpecJsonSchema(),
  "image-result.json": imageResultJsonSchema(),
  "image-findings.json": imageFindingsJsonSchema(),
  "training-spec.json": trainingSpecJsonSchema(),
  "training-result.json": trainingResultJsonSchema(),
  "training-findings.json": trainingFindingsJsonSchema(),
  "training-study.json": trainingStudyJsonSchema(),
};
for (const [name, schema] of Object.entries(schemas))
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 1)}\n`);
