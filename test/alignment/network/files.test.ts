import { describe, expect, it } from "vitest";
import { readNetworkFile, writeNetworkFile } from "../../../src/alignment/network-files.ts";
import { parameterParts } from "../../../src/alignment/network-shape.ts";
import type { NetworkShape } from "../../../src/alignment/policy-network.ts";
import {
  readSafetensors,
  type StoredTensor,
  WeightFileError,
  writeSafetensors,
} from "../../../src/network/safetensors.ts";
import { fullParameters, SMALL } from "./networks.ts";

const PARAMETERS = fullParameters(SMALL, 1);

/** The file of SMALL with its tensors changed. */
function altered(change: (tensors: Map<string, StoredTensor>) => void): Uint8Array {
  const file = readSafetensors(writeNetworkFile(SMALL, PARAMETERS));
  const tensors = new Map(file.tensors);
  change(tensors);
  return writeSafetensors({ tensors, metadata: file.metadata });
}

function faultOf(bytes: Uint8Array, shape: NetworkShape = SMALL): string {
  try {
    readNetworkFile(bytes, shape, "mine.safetensors");
  } catch (error) {
    expect(error).toBeInstanceOf(WeightFileError);
    return (error as Error).message;
  }
  throw new Error("a fault expected");
}

describe("Weight files of policies", () => {
  it("give back what was written, to the precision of their type", () => {
    expect(readNetworkFile(writeNetworkFile(SMALL, PARAMETERS), SMALL)).toEqual(PARAMETERS.map(Math.fround));
    const halves = readNetworkFile(writeNetworkFile(SMALL, PARAMETERS, { type: "F16" }), SMALL);
    // Rounded to 11 bits: half a unit in the last place; below 2^-14 halves have a fixed step of 2^-24.
    halves.forEach((value, i) => {
      const exact = PARAMETERS[i] ?? NaN;
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(Math.max(Math.abs(exact) * 2 ** -11, 2 ** -25));
    });
    expect(halves).not.toEqual(PARAMETERS.map(Math.fround));
  });

  it("hold every part by its name, and the given texts", () => {
    const file = readSafetensors(writeNetworkFile(SMALL, PARAMETERS, { metadata: { name: "moons" } }));
    expect([...file.tensors].map(([name, { shape }]) => [name, [...shape]])).toEqual(
      parameterParts(SMALL).map(({ name, shape }) => [name, [...shape]]),
    );
    expect(file.metadata).toEqual({ name: "moons", prediction: "v" });
  });

  it("are refused with the tensor at fault by name", () => {
    const hidden = readSafetensors(writeNetworkFile(SMALL, PARAMETERS)).tensors.get("hidden.1.weight");
    if (!hidden) throw new Error("a hidden layer expected");
    expect(faultOf(altered((tensors) => tensors.delete("output.bias")))).toMatch(
      /mine\.safetensors: tensor output\.bias must have shape \[2\], got none of that name; choose weights/,
    );
    expect(
      faultOf(altered((tensors) => tensors.set("hidden.1.weight", { ...hidden, shape: [4, 16] }))),
    ).toMatch(/tensor hidden\.1\.weight must have shape \[8, 8\], got \[4, 16\]/);
    const whole = { ...hidden, type: "I32", data: new Int32Array(64) } as const;
    expect(faultOf(altered((tensors) => tensors.set("hidden.1.weight", whole)))).toMatch(
      /tensor hidden\.1\.weight must have type F32 or F16, got I32/,
    );
    const broken = { ...hidden, data: Float32Array.from(hidden.data).fill(NaN, 3, 4) };
    expect(faultOf(altered((tensors) => tensors.set("hidden.1.weight", broken)))).toMatch(
      /tensor hidden\.1\.weight must be finite, got NaN at 3/,
    );
    expect(faultOf(altered((tensors) => tensors.set("extra", hidden)))).toMatch(/got a tensor extra as well/);
    const file = writeNetworkFile(SMALL, PARAMETERS);
    expect(faultOf(file, { ...SMALL, width: 16 })).toMatch(
      /tensor hidden\.0\.weight must have shape \[11, 16\]/,
    );
    expect(faultOf(file, { ...SMALL, prediction: "eps" })).toMatch(/must predict eps, got v/);
    expect(faultOf(file.subarray(0, file.length - 8))).toMatch(/cut off/);
  });
});
