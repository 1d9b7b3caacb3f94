/** What the page and the image worker say to each other: requests with an id, and any number of replies to each. */
import type {
  ImageArmResult,
  ImageEngineChoice,
  ImageEngineInfo,
  ImageJob,
  RealFeatures,
} from "../image-engine.ts";

export type ImageRequest =
  | {
      readonly kind: "start";
      readonly id: number;
      readonly base: string;
      readonly choice: ImageEngineChoice;
      /** A weight file in the teacher's place, or null for the shipped one. */
      readonly ownTeacher: Uint8Array | null;
      /** Reward kinds that the page may ask for. */
      readonly rewards: readonly string[];
    }
  | { readonly kind: "load"; readonly id: number; readonly weights: ImageJob["weights"] }
  | { readonly kind: "run"; readonly id: number; readonly job: ImageJob }
  | { readonly kind: "real-features"; readonly id: number }
  | { readonly kind: "cancel"; readonly id: number };

/** The reply that settles a request. */
export type ImageAnswer =
  | {
      readonly kind: "started";
      readonly id: number;
      readonly info: ImageEngineInfo;
      /** Reasons by reward kind; a kind that is not here can be computed. */
      readonly refusals: Readonly<Record<string, string>>;
    }
  | { readonly kind: "loaded"; readonly id: number; readonly bytes: number }
  | { readonly kind: "real-features"; readonly id: number; readonly real: RealFeatures }
  | { readonly kind: "ran"; readonly id: number; readonly arms: readonly ImageArmResult[] }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly message: string;
      readonly cause: "aborted" | "device-lost" | "other";
    };

/** A reply on the way. */
export type ImageNews =
  | {
      readonly kind: "bytes";
      readonly id: number;
      readonly bytes: number;
      readonly total: number;
      readonly cached: boolean;
    }
  | { readonly kind: "progress"; readonly id: number; readonly done: number };

export type ImageReply = ImageAnswer | ImageNews;
