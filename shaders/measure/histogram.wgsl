// Counts particles in equal cells of their first one or two coordinates. Whole numbers, so the order does not matter.
//
// params    group 0   HistogramParams
// positions group 0   [rows, dim] f32
// counts    group 1   [bins.x bins.y + 1] u32 from `to` on, x fastest; the last counts what fell in no cell
// Dispatch: ceil(rows / WORKGROUP_SIZE) workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct HistogramParams {
  lo: vec2f,
  per_unit: vec2f,   // bins / (hi - lo)
  bins: vec2u,       // bins.y = 1 in one dimension
  rows: u32,
  dim: u32,          // stride of a particle
  axes: u32,         // 1 or 2
  to: u32,           // index of the first count
}

@group(0) @binding(0) var<uniform> params: HistogramParams;
@group(0) @binding(1) var<storage, read> positions: array<f32>;
@group(1) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn histogram(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows) {
    return;
  }
  let x = positions[id.x * params.dim];
  var y = params.lo.y;
  if (params.axes == 2u) {
    y = positions[id.x * params.dim + 1u];
  }
  var cell = params.bins.x * params.bins.y;
  if (sums_below(x, 1.0e9) && sums_below(y, 1.0e9)) {
    let place = floor((vec2f(x, y) - params.lo) * params.per_unit);
    if (all(place >= vec2f(0.0)) && all(place < vec2f(params.bins))) {
      let c = vec2u(place);
      cell = c.y * params.bins.x + c.x;
    }
  }
  atomicAdd(&counts[params.to + cell], 1u);
}
