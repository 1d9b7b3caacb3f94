/** A thread's side of helper-messages.ts: passes of networks over the rows that it is sent. */
import { parameterCount } from "../network-shape.ts";
import type { HelperReply, HelperRequest, HelperWork } from "./helper-messages.ts";
import { createPolicyKernel } from "./kernel/kernel.ts";
import { WasmPasses } from "./passes.ts";

interface Known {
  readonly passes: WasmPasses;
  /** Length of the flat parameters. */
  readonly parameters: number;
}

/** Takes requests, in order. */
export function createHelper(post: (reply: HelperReply) => void): (request: HelperRequest) => void {
  const networks = new Map<number, Known>();
  return (request) => {
    if (request.kind === "close") networks.delete(request.network);
    else if (request.kind === "write") {
      const { network, shape, parameters } = request;
      const known = networks.get(network) ?? {
        passes: new WasmPasses(createPolicyKernel(), shape),
        parameters: parameterCount(shape),
      };
      known.passes.write(parameters);
      networks.set(network, known);
    } else {
      post(answer(networks.get(request.network), request));
    }
  };
}

function answer(known: Known | undefined, work: HelperWork): HelperReply {
  const { id } = work;
  if (!known) return { kind: "failed", id, message: `network ${work.network} is not known` };
  try {
    return { kind: "done", id, values: valuesOf(known, work) };
  } catch (error) {
    return { kind: "failed", id, message: error instanceof Error ? error.message : String(error) };
  }
}

function valuesOf({ passes, parameters }: Known, work: HelperWork): Float64Array {
  switch (work.kind) {
    case "forward":
      return passes.forward(work.inputs, work.first, work.traced);
    case "gradient": {
      const gradient = new Float64Array(parameters);
      passes.accumulate(work.pulled, work.first, gradient);
      return gradient;
    }
    case "pull-back":
      return passes.pullBack(work.pulled, work.first);
  }
}
