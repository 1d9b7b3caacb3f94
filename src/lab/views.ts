/** What the views of the page may know of their data: types, and the sizes of the grids. */
export type { Recording } from "../engine/engine.ts";
export type {
  ArmChoice,
  Box,
  FinalLaw,
  FrameView,
  LawView,
  MomentStrip,
  PlaneChoice,
  PlotAxis,
  RewardGrid,
  RewardView,
  ViewData,
} from "../experiments/views.ts";
export { DENSITY_GRID } from "../experiments/view-parts/view-grid.ts";
