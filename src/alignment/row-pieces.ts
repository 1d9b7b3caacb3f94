/** Rows [first, first + count) of a call. */
export interface RowPiece {
  readonly first: number;
  readonly count: number;
}

/** The pieces of `rows` rows, in order, each of `size` but the last. */
export function rowPieces(rows: number, size: number): readonly RowPiece[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, piece) => {
    const first = piece * size;
    return { first, count: Math.min(size, rows - first) };
  });
}
