/** The state of the image page as it is drawn, and where each field of it lives. */
import type { TemporalState } from "zundo";
import type { StoreApi } from "zustand/vanilla";
import type { Estimate } from "../../measure/estimate.ts";
import type { ChartData } from "../../measure/series.ts";
import type { ColourName, GlyphWeights, ImageRewardKind, ImageSpec } from "../../spec/images/types.ts";
import type {
  EditOptions,
  EngineChoice,
  FieldProblem,
  LinkProblem,
  Notice,
  RunState,
  Theme,
} from "../state.ts";

/** Weights on their way from the server (or the browser's cache) to the sampler. */
export type WeightsState =
  | { readonly phase: "none" }
  | { readonly phase: "loading"; readonly bytes: number; readonly total: number; readonly cached: boolean }
  | { readonly phase: "ready"; readonly bytes: number }
  | { readonly phase: "failed"; readonly message: string };

/** A network trained from scratch on this page. */
export interface OwnTeacher {
  /** safetensors. */
  readonly file: Uint8Array;
  readonly steps: number;
}

/** Where the network runs. */
export type ImageEngineState =
  | { readonly phase: "starting" }
  | {
      readonly phase: "ready";
      /** "WebAssembly, 1 thread", "SwiftShader (software)". */
      readonly adapter: string;
      readonly reason: string;
    }
  | { readonly phase: "failed"; readonly message: string };

/** One row of the grid: `tiles` images followed through all frames. */
export interface ImageRow {
  readonly id: "ode" | "sde";
  readonly eta: number;
  /** x_t as RGBA bytes [frames, tiles, 32, 32, 4]; the last frame is the image. */
  readonly states: Uint8ClampedArray;
  /** x0Hat, what the network thinks the image is, [frames - 1, tiles, 32, 32, 4]: the prediction made at frame k. */
  readonly predictions: Uint8ClampedArray;
  /** Final images of an earlier setting, as one frame: shown, dimmed, where this row's are still to come. */
  readonly older: Pick<ImageRow, "states" | "predictions"> | null;
  /** Rewards of the final images, [tiles] each; null where a reward has no value here, `missing` says why. */
  readonly rewards: Readonly<Record<ImageRewardKind, Float64Array | null>>;
}

/** The grid of images: both rows started from the same noise. */
export interface ImageSamples {
  /** Canonical JSON of the spec behind these images. */
  readonly specKey: string;
  /** "stored" images came with the page; "live" ones were made on this device. */
  readonly stage: "stored" | "live";
  readonly tiles: number;
  /** Times t of the frames, from 1 to 0; N + 1 of them or, for many steps, fewer. */
  readonly times: readonly number[];
  readonly rows: readonly [ode: ImageRow, sde: ImageRow];
  /** Mean over the tiles of reward(sde) - reward(ode), paired by noise, for the chosen reward. */
  readonly gap: Estimate | null;
  /** Mean distance between images of a row (root mean square of pixels), a measure of diversity. */
  readonly diversity: { readonly ode: Estimate; readonly sde: Estimate };
  /** The colour that the rows' closeness to a colour means. */
  readonly colour: ColourName;
  /** Rewards that have no value, with the reason. */
  readonly missing: Readonly<Partial<Record<ImageRewardKind, string>>>;
  /** What each pair was drawn from, where the prompt was completed for each; else null. */
  readonly prompts: readonly string[] | null;
  readonly wallMs: number;
}

/** The charts of gap against eta and against N. */
export interface ImageCharts {
  readonly specKey: string;
  readonly stage: "partial" | "full";
  readonly charts: readonly ChartData[];
}

export interface ImageLabData {
  readonly spec: ImageSpec;
  readonly theme: Theme;
  /** The text in the prompt box while it has mistakes: the spec keeps the last good prompt. Null where both agree. */
  readonly refusedPrompt: string | null;
  /** The same of the negative prompt; null too where the network takes none. */
  readonly refusedNegative: string | null;
  /** False: edits do not start runs. */
  readonly live: boolean;
  readonly seedLocked: boolean;
  readonly embed: boolean;
  readonly engineChoice: EngineChoice;
  readonly engine: ImageEngineState;
  readonly weights: Readonly<Record<GlyphWeights, WeightsState>>;
  /** Weights trained on this device, in the teacher's place; they are gone with the page. */
  readonly ownTeacher: OwnTeacher | null;
  readonly samples: ImageSamples | null;
  readonly charts: ImageCharts | null;
  /** The grid first, then the charts. */
  readonly run: RunState;
  readonly notices: readonly Notice[];
  readonly linkProblem: LinkProblem | null;
}

export const IMAGE_STATE_STORAGE = {
  spec: "url",
  refusedPrompt: "memory",
  refusedNegative: "memory",
  embed: "url",
  theme: "localStorage",
  live: "localStorage",
  seedLocked: "localStorage",
  engineChoice: "localStorage",
  engine: "memory",
  weights: "memory",
  ownTeacher: "memory",
  samples: "memory",
  charts: "memory",
  run: "memory",
  notices: "memory",
  linkProblem: "memory",
} as const satisfies Record<keyof ImageLabData, "url" | "localStorage" | "memory">;

export interface ImageLabActions {
  edit(change: ImageSpec | ((spec: ImageSpec) => ImageSpec), options?: EditOptions): void;
  /** Makes `candidate` the spec if it is valid. Otherwise nothing changes, and the problems come back. */
  propose(candidate: unknown, options?: EditOptions): readonly FieldProblem[];
  undo(): void;
  redo(): void;
  set(fields: Partial<Omit<ImageLabData, "spec">>): void;
  notify(notice: Notice): void;
  dismiss(id: string): void;
  /** Starts (again) grid and charts. */
  start(): void;
  cancel(): void;
  openLink(hash: string): void;
  /** Leaves the bad parts out of the link that is being explained: one key, or all if null. */
  mendLink(key: string | null): void;
}

export type ImageLabState = ImageLabData & ImageLabActions;

export type ImageLabStore = StoreApi<ImageLabState> & {
  readonly temporal: StoreApi<TemporalState<Pick<ImageLabData, "spec">>>;
};
