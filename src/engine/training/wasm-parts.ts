/** Networks on points in WebAssembly: the lab's own, or TensorFlow.js' where a browser has no vectors. */
import { tensorNetworks } from "../../alignment/tensorflow/network.ts";
import { hasPolicyKernel } from "../../alignment/wasm/kernel/kernel.ts";
import { wasmNetworks } from "../../alignment/wasm/network.ts";
import { startCrew } from "./helpers.ts";
import type { TrainingParts } from "./local.ts";

/** Parts for a thread whose TensorFlow.js runs on WebAssembly; `why` says first why nothing faster is used. */
export async function wasmParts(why: string | null = null): Promise<TrainingParts> {
  const parts = (where: string, networks: TrainingParts["networks"]): TrainingParts => ({
    info: {
      adapter: "CPU (WebAssembly)",
      kind: "wasm",
      precision: "f32",
      reason: why === null ? where : `${why} ${where}`,
    },
    networks,
  });
  if (!hasPolicyKernel())
    return parts("Networks run in TensorFlow.js on WebAssembly, which has no vectors here.", tensorNetworks);
  const crew = await startCrew();
  const threads = crew.helpers.length + 1;
  const own = parts(
    `Networks on points run in the lab's own WebAssembly, on ${threads === 1 ? "one thread" : `up to ${threads} threads`}.`,
    (process, rest) => wasmNetworks(process, rest, crew),
  );
  return { ...own, dispose: () => crew.helpers.forEach((helper) => helper.end()) };
}
