/**
 * `npm run bench -- [fused] [step] [cpu] [slider] [network] [training] [glyphs] [cancel] [page]`: measures speed against peers in one run, on one adapter, and prints
 * a table to standard error and JSON to standard output.
 */
import { GpuUnavailableError } from "../../src/gpu/errors.ts";
import { benchCancel } from "./cancel.ts";
import { benchCpuEngine } from "./cpu-engine.ts";
import { openDevice, type BenchDevice } from "./device.ts";
import { benchFusedMixture } from "./fused-mixture.ts";
import { benchGlyphTraining } from "./glyph-training-device.ts";
import { benchGddimStep } from "./gddim-step.ts";
import { benchNetwork } from "./network.ts";
import { benchPage } from "./page.ts";
import { asTable, isReached, type Section } from "./report.ts";
import { benchSlider } from "./slider.ts";
import { benchTraining } from "./training.ts";
import { benchTrainingOnDevice } from "./training-device.ts";

const NAMES = ["fused", "step", "cpu", "slider", "network", "training", "glyphs", "cancel", "page"];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`bench: must be among ${NAMES.join(", ")}, got ${unknown.join(", ")}`);
  process.exit(2);
}
const chosen = (name: string) => wanted.length === 0 || wanted.includes(name);

const bench = await openDevice().catch((error: unknown): BenchDevice | null => {
  if (!(error instanceof GpuUnavailableError)) throw error;
  console.error(`bench: GPU benchmarks are left out: ${error.message}`);
  return null;
});

const sections: Section[] = [];
const take = (...more: Section[]) => {
  sections.push(...more);
  console.error(`${asTable(more)}\n`);
};
if (bench && chosen("fused")) take(await benchFusedMixture(bench));
if (bench && chosen("step")) take(await benchGddimStep(bench));
if (chosen("cpu")) take(await benchCpuEngine());
if (chosen("slider")) take(...(await benchSlider(bench)));
if (chosen("network")) take(...(await benchNetwork(bench)));
if (chosen("training")) take(await benchTraining());
if (bench && chosen("training")) take(await benchTrainingOnDevice(bench));
if (bench && chosen("glyphs")) take(await benchGlyphTraining(bench));
if (chosen("cancel")) take(await benchCancel());
// The page's figures need a build, and are asked for by name.
if (wanted.includes("page")) take(await benchPage());

const results = sections.map(({ figures, ...section }) => ({
  ...section,
  figures: figures.map((figure) => ({ ...figure, reached: isReached(figure) })),
}));
process.stdout.write(
  `${JSON.stringify({ version: 1, node: process.version, sections: results }, null, 2)}\n`,
);
// Dawn and the peers keep the process alive.
process.exit(0);
