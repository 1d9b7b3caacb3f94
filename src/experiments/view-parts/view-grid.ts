/** Sizes of the grids of the views, apart so that the page can read them without the code that fills them. */

/** Nodes per axis of density grids. */
export const DENSITY_GRID = { line: 241, plane: 64 } as const;

/** Nodes per axis of reward grids. */
export const REWARD_GRID = { line: 257, plane: 97 } as const;
