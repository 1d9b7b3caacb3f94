/** Peers take the adapter from the browser's navigator, which Node lacks. */
import { availableParallelism } from "node:os";

/** Lends them one, with `gpu` if there is one. */
export function lendNavigator(gpu: GPU | null): void {
  Object.defineProperty(globalThis, "navigator", {
    value: { ...(gpu ? { gpu } : {}), userAgent: "Node", hardwareConcurrency: availableParallelism() },
    configurable: true,
    writable: true,
  });
}
