/** Where the focus goes in a grid of images. */

/** The next place for a key, in a grid of `count` places with `columns`; null for keys that do not move. */
export function movedTo(key: string, at: number, columns: number, count: number): number | null {
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: count - 1,
  }[key];
  if (to === undefined) return null;
  return to < 0 || to >= count ? at : to;
}
