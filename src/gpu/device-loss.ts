/** One error for the loss of a device, whatever the work on it makes of the loss. */
import { DeviceLostError } from "./errors.ts";

/** `work`, which rejects with DeviceLostError where it fails and `lostReason` then tells that the device is gone. */
export async function whileAlive<T>(lostReason: () => string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A lost device tells of its loss just after it has failed whoever waits for it.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const reason = lostReason();
    throw reason === null ? error : new DeviceLostError(reason, { cause: error });
  }
}
