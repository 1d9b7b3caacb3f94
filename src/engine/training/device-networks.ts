/** Networks on points on a WebGPU device, if there is one that is worth it and computes as it should. */
import { policyDevice, type PolicyDevice } from "../../alignment/webgpu/device.ts";
import { webGpuNetworks } from "../../alignment/webgpu/network.ts";
import { policyDeviceFault } from "../../alignment/webgpu/self-check.ts";
import { chosenDevice } from "../../gpu/chosen-device.ts";
import type { EngineChoice } from "../engine.ts";
import { glyphPlans } from "./glyph-home.ts";
import type { TrainingParts } from "./local.ts";

/** What a device brings; or why the CPU is used instead, a sentence. */
export type DeviceNetworks =
  | (Pick<TrainingParts, "info" | "networks"> & { readonly device: PolicyDevice })
  | { readonly declined: string };

/**
 * Networks on the device that `gpu` offers. Unless `choice` asks for WebGPU, a software adapter is declined: WebAssembly is
 * faster on the same cores. Devices differ more than any test bench, so one that does not agree with the f64 network is declined.
 */
export async function deviceNetworks(
  gpu: GPU | undefined,
  choice: EngineChoice,
  faultOf: (device: PolicyDevice) => Promise<string | null> = policyDeviceFault,
): Promise<DeviceNetworks> {
  const context = await chosenDevice(gpu, choice);
  if ("declined" in context) return context;
  const { adapter } = context;
  const device = policyDevice(context);
  const fault = await faultOf(device);
  if (fault !== null) {
    context.dispose();
    return { declined: `The networks do not run as they should on ${adapter}: ${fault}.` };
  }
  return {
    info: { adapter, kind: "webgpu", precision: "f32", reason: glyphPlans(device) },
    networks: (process, rest) => webGpuNetworks(device, process, rest),
    device,
  };
}
