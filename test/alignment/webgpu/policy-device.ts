import { policyDevice, type PolicyDevice } from "../../../src/alignment/webgpu/device.ts";
import type { GpuContext } from "../../../src/gpu/device.ts";

/** The policy's device of a suite, made when first asked for: kernels are built once for all of its tests. */
export function sharedPolicyDevice(context: () => GpuContext): () => PolicyDevice {
  let home: PolicyDevice | null = null;
  return () => (home ??= policyDevice(context()));
}
