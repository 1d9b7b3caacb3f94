/** What a network asks of threads that take a share of its rows. Arrays are copies, moved, so that no memory is shared. */
import type { NetworkShape } from "../policy-network.ts";

/** Rows of one request, all in the columns of the whole. */
interface Share {
  readonly id: number;
  readonly network: number;
  /** Number of the share's first row in the call, a multiple of TILE_ROWS: where its trace is kept. */
  readonly first: number;
}

export type HelperWork =
  /** Answered by outputs [n, d]. */
  | (Share & { readonly kind: "forward"; readonly inputs: Float64Array; readonly traced: boolean })
  /** Answered by the flat gradient of the parameters. */
  | (Share & { readonly kind: "gradient"; readonly pulled: Float64Array })
  /** Answered by the inputs' gradient [n, d + TIME_FEATURES]. */
  | (Share & { readonly kind: "pull-back"; readonly pulled: Float64Array });

export type HelperRequest =
  | HelperWork
  /** Parameters of a network from now on, known before or not. */
  | {
      readonly kind: "write";
      readonly network: number;
      readonly shape: NetworkShape;
      readonly parameters: Float64Array;
    }
  | { readonly kind: "close"; readonly network: number };

export type HelperReply =
  /** The first message, once the thread can work. */
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly values: Float64Array }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
