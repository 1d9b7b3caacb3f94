/** Where the glyph model runs: in TensorFlow.js on the device of the networks on points, if that computes as it should. */
import { type GlyphPlace, ON_DEVICE } from "../../alignment/tensorflow/glyph-place.ts";
import { type GlyphCheck, glyphFault } from "../../alignment/tensorflow/glyph-self-check.ts";
import type { PolicyDevice } from "../../alignment/webgpu/device.ts";
import { whileAlive } from "../../gpu/device-loss.ts";
import { DeviceLostError } from "../../gpu/errors.ts";
import { makeProductsRepeatable, startDeviceBackend } from "../tensorflow/device-backend.ts";
import type { TrainingEngineInfo } from "../training-engine.ts";

export interface GlyphHome {
  /** What runs where, now that this is known. */
  readonly info: TrainingEngineInfo;
  /** Of the backend that is active from now on; null for WebAssembly. */
  readonly place: GlyphPlace | null;
  /** Does work of the model; rejects with DeviceLostError where a device was lost under it. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
}

const POINTS = "Networks on points run in the lab's own WebGPU kernels";
const SLOW = ", far slower than WebAssembly since this adapter computes on the CPU";

/** What is said before the model is asked for. */
export function glyphPlans({ software }: Pick<PolicyDevice, "software">): string {
  return `${POINTS}; the glyph model will run in TensorFlow.js on the same device${software ? SLOW : ""}, once a check of it finds no fault.`;
}

/**
 * Starts TensorFlow.js on the device and checks the glyph network there. Where it does not start or computes something else, the
 * backend that was active before is active again. Rejects with DeviceLostError where the device is lost meanwhile.
 */
export async function homeOnDevice(
  device: PolicyDevice,
  info: TrainingEngineInfo,
  faultOf: (check: GlyphCheck) => Promise<string | null> = glyphFault,
): Promise<GlyphHome> {
  const { kernels, software, lostReason } = device;
  const place = ON_DEVICE[software ? "software" : "hardware"];
  const run = <T>(work: () => Promise<T>): Promise<T> => whileAlive(lostReason, work);
  const home = (glyphs: string, at: GlyphPlace | null): GlyphHome => ({
    info: { ...info, reason: `${POINTS}${glyphs}.` },
    place: at,
    run,
  });
  try {
    await run(() => startChecked(kernels.device, (against) => faultOf({ place, against })));
  } catch (error) {
    if (error instanceof DeviceLostError) throw error;
    const fault = error instanceof Error ? error.message : String(error);
    return home(
      `; the glyph model runs in WebAssembly, since it does not run as it should on the device (${fault})`,
      null,
    );
  }
  return home(`, the glyph model in TensorFlow.js on the same device${software ? SLOW : ""}`, place);
}

/** Rejects with what is wrong, and then the device is not used. */
async function startChecked(
  device: GPUDevice,
  check: (against: string) => Promise<string | null>,
): Promise<void> {
  const { before, leave } = await startDeviceBackend("glyph model", device);
  try {
    makeProductsRepeatable();
    const fault = await check(before);
    if (fault !== null) throw new Error(fault);
  } catch (error) {
    await leave();
    throw error;
  }
}
