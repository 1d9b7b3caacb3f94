/**
 * Pretrains the networks of public/models/points, as the page would, and measures them:
 *
 *     node src/cli/launch/run.mjs test/generate/points-models.ts [names]
 *
 * A file holds the weights in half precision; beside it lies a manifest with its recipe and what was measured of it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readNetworkFile, writeNetworkFile } from "../../src/alignment/network-files.ts";
import { initialParameters, parameterParts } from "../../src/alignment/network-shape.ts";
import { noiseSteps } from "../../src/alignment/noise-steps.ts";
import type { NetworkShape, PolicyNetwork } from "../../src/alignment/policy-network.ts";
import { pretrain } from "../../src/alignment/pretrain.ts";
import { samplePolicy } from "../../src/alignment/sample.ts";
import { scoreErrors } from "../../src/alignment/score-error.ts";
import { tensorNetworks } from "../../src/alignment/tensorflow/network.ts";
import { createGrid } from "../../src/diffusion/grid.ts";
import { type GaussianMixture, sampleMixture } from "../../src/diffusion/mixture.ts";
import type { Process } from "../../src/diffusion/process.ts";
import { createProcess } from "../../src/diffusion/processes/index.ts";
import { startNodeWasm } from "../../src/engine/tensorflow/node-wasm.ts";
import { modelLaw } from "../../src/experiments/model-law.ts";
import { meanEstimate } from "../../src/measure/scalar-sums.ts";
import { sha256Of } from "../../src/network/manifest.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import type { ProcessSpec } from "../../src/spec/types.ts";
import { slicedDistance } from "../support/sliced-distance.ts";
import { POINTS_MODELS } from "./points-laws.ts";

const FOLDER = new URL("../../public/models/points/", import.meta.url);
const COMMAND = "node src/cli/launch/run.mjs test/generate/points-models.ts";
const SAMPLES = 4096;
const STEPS = 50;

await startNodeWasm("points-models");
mkdirSync(FOLDER, { recursive: true });
const wanted = process.argv.slice(2);
for (const entry of POINTS_MODELS) if (wanted.length === 0 || wanted.includes(entry.name)) await make(entry);
writeIndex();

async function make({ name, model, process: processSpec }: (typeof POINTS_MODELS)[number]): Promise<void> {
  const law = modelLaw(model);
  const { network: recipe } = TRAINING_DEFAULTS;
  const { width, depth, prediction, seed, pretrainSteps: steps } = recipe;
  const shape: NetworkShape = { dim: law.dim, width, depth, prediction };
  const diffusion = createProcess(processSpec);
  const network = tensorNetworks(diffusion)(shape, initialParameters(shape, seed));
  const started = performance.now();
  let loss = NaN;
  const parameters = await pretrain(
    { law, process: diffusion, network, steps, seed },
    { every: 500, onReport: (report) => (loss = report.loss) },
  );
  const bytes = writeNetworkFile(shape, parameters, { type: "F16", metadata: { name } });
  // What is measured is what ships: the rounded weights.
  network.write(readNetworkFile(bytes, shape, name));
  const manifest = {
    version: 1,
    file: `${name}.safetensors`,
    bytes: bytes.length,
    sha256: await sha256Of(bytes),
    tensors: Object.fromEntries(parameterParts(shape).map((part) => [part.name, part.shape])),
    model,
    process: processSpec,
    network: recipe,
    command: `${COMMAND} ${name}`,
    loss,
    seconds: Math.round((performance.now() - started) / 1000),
    scoreError: (await scoreErrors(network, law, diffusion)).map(({ t, logSnr, error, relative }) => ({
      t,
      logSnr,
      error: meanEstimate(error).value,
      standardError: meanEstimate(error).se,
      relative,
    })),
    samples: await sampleQuality(network, law, diffusion, processSpec),
  };
  network.dispose();
  writeFileSync(new URL(manifest.file, FOLDER), bytes);
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(
    `${name}: loss ${loss.toFixed(4)}, ${bytes.length} bytes, ${JSON.stringify(manifest.samples)}, ${manifest.seconds} s`,
  );
}

/** Distance of samples from fresh draws of the law, with that of two sets of draws, which no model can beat. */
async function sampleQuality(
  network: PolicyNetwork,
  law: GaussianMixture,
  diffusion: Process,
  { kind }: ProcessSpec,
): Promise<Record<string, unknown>> {
  const grid = createGrid({ kind: "uniform" }, diffusion, STEPS);
  const draws = sampleMixture(law, SAMPLES, 2);
  const distanceOf = async (eta: number): Promise<number> => {
    const steps = noiseSteps(eta === 0 ? { kind: "ode" } : { kind: "gddim", eta }, diffusion, grid);
    const samples = await samplePolicy(network, steps, diffusion.priorStd, SAMPLES, { seed: 1 });
    return slicedDistance(samples, draws, law.dim);
  };
  return {
    process: kind,
    count: SAMPLES,
    steps: STEPS,
    slicedW2: {
      ode: await distanceOf(0),
      sde: await distanceOf(1),
      draws: slicedDistance(sampleMixture(law, SAMPLES, 3), draws, law.dim),
    },
  };
}

/** The list by which a specification finds its weights. */
function writeIndex(): void {
  const entries = POINTS_MODELS.map(({ name }) => {
    const manifest = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")) as Record<
      string,
      unknown
    >;
    const { file, bytes, sha256, model, process: processSpec, network } = manifest;
    return { name, file, bytes, sha256, model, process: processSpec, network };
  });
  writeFileSync(
    new URL("index.json", FOLDER),
    `${JSON.stringify({ version: 1, networks: entries }, null, 2)}\n`,
  );
}
