// Row of the first of two joined maps for a row of the result: the same, or that of a map of half the sides.
fn joined_row(row: u32, side: u32, halved: u32) -> u32 {
  if (halved == 0u) {
    return row;
  }
  let positions = side * side;
  let half = side / 2u;
  let within = row % positions;
  return (row / positions) * (half * half) + (within / side / 2u) * half + (within % side) / 2u;
}
