/** What the page and the worker of a training from scratch say to each other. */
import type { ScratchEvent, ScratchFiles, ScratchResult, ScratchSettings } from "../scratch-training.ts";

export type ScratchRequest =
  | {
      readonly kind: "start";
      readonly id: number;
      readonly files: ScratchFiles;
      readonly settings: ScratchSettings;
    }
  | { readonly kind: "weights"; readonly id: number }
  /** Orders, without an answer. */
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" };

/** The reply that settles a request: a start when the training has ended. */
export type ScratchAnswer =
  | { readonly kind: "finished"; readonly id: number }
  | { readonly kind: "weights"; readonly id: number; readonly result: ScratchResult }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** A reply on the way. */
export interface ScratchNews {
  readonly kind: "event";
  readonly id: number;
  readonly event: ScratchEvent;
}

export type ScratchReply = ScratchAnswer | ScratchNews;
