// Stroke width, pixels: twice the area of the ink over its perimeter; src/rewards/image/boldness.ts.

const EDGE_SOFTENING = 1.0e-3;
const PERIMETER_FLOOR = 1.0e-3;

var<workgroup> coverage: array<f32, IMAGE_PIXELS>;

// Blank beyond the frame; rows and columns start at -1.
fn coverage_at(row: i32, column: i32) -> f32 {
  let side = i32(IMAGE_SIDE);
  let inside = row >= 0 && column >= 0 && row < side && column < side;
  let i = clamp(row, 0, side - 1) * side + clamp(column, 0, side - 1);
  return select(0.0, coverage[i], inside);
}

fn image_reward_of(lane: u32) -> f32 {
  let ink = ink_measure(lane);
  var area = 0.0;
  for (var i = lane; i < IMAGE_PIXELS; i += IMAGE_LANES) {
    coverage[i] = ink_coverage(ink, i);
    area += coverage[i];
  }
  workgroupBarrier();
  var perimeter = 0.0;
  let cells = (IMAGE_SIDE + 1u) * (IMAGE_SIDE + 1u);
  for (var i = lane; i < cells; i += IMAGE_LANES) {
    let row = i32(i / (IMAGE_SIDE + 1u)) - 1;
    let column = i32(i % (IMAGE_SIDE + 1u)) - 1;
    let here = coverage_at(row, column);
    let right = coverage_at(row, column + 1) - here;
    let down = coverage_at(row + 1, column) - here;
    // root - s without cancellation.
    let square = right * right + down * down;
    perimeter += square / (sqrt(square + EDGE_SOFTENING * EDGE_SOFTENING) + EDGE_SOFTENING);
  }
  let total = image_total(vec4f(area, perimeter, 0.0, 0.0), lane);
  return 2.0 * total.x / (total.y + PERIMETER_FLOOR);
}
