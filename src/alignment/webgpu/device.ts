/** Where the policy network's kernels run. */
import type { GpuContext } from "../../gpu/device.ts";
import { KernelCache } from "../../gpu/kernels.ts";

export interface PolicyDevice {
  readonly kernels: KernelCache;
  /** The adapter computes on the CPU. */
  readonly software: boolean;
  /** Why the device can no longer be used; null while it can. */
  readonly lostReason: () => string | null;
}

/** A device for networks; their kernels are made once, however many networks there are. */
export function policyDevice({ device, software, lost }: GpuContext): PolicyDevice {
  let reason: string | null = null;
  void lost.then((why) => (reason = why));
  return { kernels: new KernelCache(device), software, lostReason: () => reason };
}
