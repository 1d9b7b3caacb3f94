/** Makes public/stored/images.bin, the images of the first view: `node src/cli/launch/run.mjs test/generate/stored-images.ts`. */
import { writeFileSync } from "node:fs";
import { openImageEngine } from "../../src/cli/image-engine.ts";
import { runGrid } from "../../src/experiments/images/grid.ts";
import { samplesOf } from "../../src/lab/images/samples.ts";
import { packStored } from "../../src/lab/images/stored.ts";
import { IMAGE_DEFAULTS } from "../../src/spec/images/limits.ts";

const engine = await openImageEngine();
await engine.load(IMAGE_DEFAULTS.model.weights);
const started = performance.now();
const grid = await runGrid(engine, IMAGE_DEFAULTS);
const samples = samplesOf(grid, IMAGE_DEFAULTS, Math.round(performance.now() - started));
const file = packStored(samples);
writeFileSync(new URL("../../public/stored/images.bin", import.meta.url), file);
console.error(`public/stored/images.bin: ${file.length} bytes`);
process.exit(0);
