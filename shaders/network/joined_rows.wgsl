// Rows of the first of two joined maps for rows of the result: the same, or those of a map of half the sides.
fn joined_rows(rows: vec4u, side: u32, halved: u32) -> vec4u {
  if (halved == 0u) {
    return rows;
  }
  let positions = side * side;
  let half = side / 2u;
  let within = rows % positions;
  return (rows / positions) * (half * half) + (within / side / 2u) * half + (within % side) / 2u;
}
