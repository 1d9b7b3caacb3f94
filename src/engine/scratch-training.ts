/** The interface between a page and what trains a glyph network from scratch. Plain data on both sides. */

/** Which network: a small one for slow devices, or the one that ships. */
export type ScratchSize = "small" | "shipped";

/** Where it runs: on a real GPU if there is one, else WebAssembly; or as said. */
export type ScratchDevice = "auto" | "webgpu" | "cpu";

export interface ScratchSettings {
  readonly size: ScratchSize;
  readonly device: ScratchDevice;
  /** Time spent on steps; pauses do not count. */
  readonly minutes: number;
  /** Ends earlier, after so many steps; null for no such end. */
  readonly steps: number | null;
  /** Images of a step. */
  readonly batch: number;
  readonly seed: number;
  /** Steps between two looks at samples and at the loss on other families. */
  readonly sampleEvery: number;
}

/** Limits of the settings, ends included. */
export const SCRATCH_LIMITS = {
  minutes: { min: 0.1, max: 1440 },
  steps: { min: 1, max: 500_000 },
  batch: { min: 1, max: 256 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  sampleEvery: { min: 1, max: 10_000 },
} as const;

/** Files of the folder that `npm run train -- data` writes. */
export interface ScratchFiles {
  readonly pixels: Blob;
  readonly labels: Blob;
  /** Null where it was not chosen: then the hash is not checked. */
  readonly sha256: Blob | null;
}

/** A mean with its standard error over n entries. */
export interface ScratchMean {
  readonly value: number;
  readonly se: number;
  readonly n: number;
}

/** What happens in a training, in order. */
export type ScratchEvent =
  | {
      readonly kind: "started";
      /** "NVIDIA H100", "CPU (WebAssembly)". */
      readonly adapter: string;
      /** Why this device, and what to expect of it. */
      readonly reason: string;
      /** Images of the training families. */
      readonly images: number;
      readonly parameters: number;
    }
  | {
      readonly kind: "progress";
      /** Steps and images so far, time spent on steps, and done share 0..1. */
      readonly step: number;
      readonly images: number;
      readonly seconds: number;
      readonly share: number;
      /** Loss of the steps since the last report, n steps. */
      readonly loss: ScratchMean;
      /** Images per second since the last report. */
      readonly speed: number;
    }
  | {
      readonly kind: "samples";
      readonly step: number;
      /** [count, 3, 32, 32] in about [-1, 1], drawn by the averaged weights from the same noise each time. */
      readonly images: Float32Array;
      /** Loss of the averaged weights on families not trained on, n images, the same each time. */
      readonly validation: ScratchMean;
    };

/** A trained network as a file. */
export interface ScratchResult {
  /** safetensors, fp16, of the averaged weights; its metadata say how they were made. */
  readonly file: Uint8Array;
  readonly steps: number;
}

/** A training in progress. */
export interface ScratchTraining {
  /** Settles when the training has ended by itself or by `stop`; rejects with the reason where it failed. */
  readonly finished: Promise<void>;
  /** Steps pause after the present one. */
  pause(): void;
  resume(): void;
  /** Ends after the present step; what there is stays. */
  stop(): void;
  /** The averaged weights as they are now. */
  weights(): Promise<ScratchResult>;
  dispose(): void;
}

/** Starts a training; events come until it is finished. */
export type StartScratch = (
  files: ScratchFiles,
  settings: ScratchSettings,
  onEvent: (event: ScratchEvent) => void,
) => ScratchTraining;

/** Prompts of the samples, token numbers of the six slots; the first is "bold upright serif A in blue on white". */
export const SCRATCH_PROMPTS: readonly (readonly number[])[] = [
  [0, 2, 0, 1, 5, 8],
  [6, 1, 0, 0, 0, 8],
  [17, 1, 1, 1, 9, 2],
  [26, 3, 0, 0, 8, 9],
  [32, 1, 0, 4, 6, 8],
  [54, 0, 0, 2, 3, 9],
  [59, 2, 0, 3, 8, 5],
  [16, 1, 0, 1, 1, 9],
];
