import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { initialParameters } from "../../src/alignment/network-shape.ts";
import { createWeightFiles } from "../../src/engine/training/weight-files.ts";
import { TRAINING_DEFAULTS } from "../../src/spec/training/defaults.ts";
import { TRAINING_PRESETS } from "../../src/spec/training/presets.ts";
import { isImageTraining, type PointTrainingSpec } from "../../src/spec/training/types.ts";
import { POINTS_MODELS } from "../generate/points-laws.ts";

const BASE = "https://lab.example/models/points/";
const signal = new AbortController().signal;

/** The folder that ships, as a server would give it, with what `alter` makes of a file. */
function server(
  alter: (name: string, bytes: Uint8Array) => Uint8Array | null = (_, bytes) => bytes,
): typeof fetch {
  return async (address) => {
    const name = String(address).slice(BASE.length);
    const bytes = new Uint8Array(await readFile(join(ROOT, "public/models/points", name)));
    const given = alter(name, bytes);
    return given === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(given));
  };
}

function specOf(changes: Partial<PointTrainingSpec>): PointTrainingSpec {
  return { ...TRAINING_DEFAULTS, ...changes };
}

describe("The weights that ship", () => {
  const files = createWeightFiles(BASE, server());

  it.each(POINTS_MODELS)("are found and whole: $name", async ({ name, model, process }) => {
    const weights = await files.shipped(specOf({ model, process }), signal);
    expect(weights?.steps).toBe(TRAINING_DEFAULTS.network.pretrainSteps);
    expect(weights?.parameters.every(Number.isFinite)).toBe(true);
    const manifest = JSON.parse(
      await readFile(join(ROOT, "public/models/points", `${name}.json`), "utf8"),
    ) as { bytes: number; samples: { slicedW2: Record<"ode" | "sde" | "draws", number> } };
    expect(manifest.bytes).toBeLessThan(100_000);
    // As measured when they were made: no further from the law than two and a half times two sets of its own draws are.
    const { ode, sde, draws } = manifest.samples.slicedW2;
    expect(Math.max(ode, sde)).toBeLessThan(2.5 * draws);
  });

  it("are there for every preset, so that nobody has to wait", async () => {
    for (const { id, spec } of TRAINING_PRESETS)
      if (!isImageTraining(spec))
        expect(await files.shipped(spec, signal), `weights for the preset ${id}`).not.toBeNull();
  });

  it("are for exactly one law, process and network, in any order of fields", async () => {
    const { network, process } = TRAINING_DEFAULTS;
    const turned = Object.fromEntries(Object.entries(network).reverse()) as unknown as typeof network;
    expect(await files.shipped(specOf({ network: turned }), signal)).not.toBeNull();
    for (const other of [
      { model: { kind: "shape", shape: "moons", noise: 0.11 } },
      { process: { ...process, T: 0.98 } as typeof process },
      { network: { ...network, seed: 2 } },
      { network: { ...network, pretrainSteps: 4001 } },
    ] as const)
      expect(await files.shipped(specOf(other), signal)).toBeNull();
  });

  it("are refused when damaged, and asked for by name when missing", async () => {
    const flipped = createWeightFiles(
      BASE,
      server((name, bytes) =>
        name === "moons.safetensors" ? bytes.with(40_000, 1 ^ (bytes[40_000] ?? 0)) : bytes,
      ),
    );
    await expect(flipped.shipped(TRAINING_DEFAULTS, signal)).rejects.toThrow(
      /moons\.safetensors: .*SHA-256 must be/,
    );
    const gone = createWeightFiles(
      BASE,
      server((name, bytes) => (name === "index.json" ? bytes : null)),
    );
    await expect(gone.shipped(TRAINING_DEFAULTS, signal)).rejects.toThrow(
      /moons\.safetensors must be there, got status 404/,
    );
  });
});

describe("The user's weights", () => {
  const files = createWeightFiles(BASE, server());

  it("come back as they were written, in single precision", async () => {
    const parameters = initialParameters({ dim: 2, ...TRAINING_DEFAULTS.network }, 5);
    const bytes = await files.write({ parameters }, TRAINING_DEFAULTS);
    expect((await files.read(bytes, "mine", TRAINING_DEFAULTS)).parameters).toEqual(
      parameters.map(Math.fround),
    );
  });

  it("are refused for another network, with the tensor by name", async () => {
    const bytes = await readFile(join(ROOT, "public/models/points/gaussian.safetensors"));
    await expect(files.read(bytes, "mine", TRAINING_DEFAULTS)).rejects.toThrow(
      /mine: tensor hidden\.0\.weight must have shape \[11, 128\], got \[10, 128\]/,
    );
  });
});
