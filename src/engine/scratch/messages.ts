/** What the page and the worker of a training from scratch say to each other. */
import type { ScratchEvent, ScratchFiles, ScratchResult, ScratchSettings } from "../scratch-training.ts";

export type ScratchRequest =
  | { readonly kind: "start"; readonly files: ScratchFiles; readonly settings: ScratchSettings }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" }
  | { readonly kind: "weights"; readonly id: number };

export type ScratchReply =
  | { readonly kind: "event"; readonly event: ScratchEvent }
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "weights"; readonly id: number; readonly result: ScratchResult }
  | { readonly kind: "refused"; readonly id: number; readonly message: string };
