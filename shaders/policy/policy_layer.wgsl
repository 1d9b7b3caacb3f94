// One layer of the policy network on tiles of 16 rows, see policy_inputs.wgsl: forward with bias and SiLU, or backward times SiLU's
// slope. An invocation computes 4 units of 16 rows: units lane, lane + lanes, .. of 4 lanes; neighbours load neighbouring weights.
//
// params   group 0
// weights  group 0   forward: all layers, each [inputs, 4 lanes] and the bias; backward: transposed matrices
// source   group 1   tiles of `inputs` numbers a row
// result   group 2   tiles of 4 lanes numbers a row
// slopes   group 2   tiles of SiLU's slopes, from quad params.slopes on: written by a traced pass forward, read by one backward
// rows     group 2   [16 tiles, 4 lanes] the result row by row, from params.rows on; not written without a trace
// Dispatch: one invocation for each lane of each tile, 64 a workgroup.

struct LayerParams {
  tiles: u32,
  lanes: u32,   // a multiple of 4
  inputs: u32,
  weight: u32,  // first number of the matrix
  slopes: u32,
  rows: u32,
  mode: u32,
}

const FORWARD: u32 = 0;
const TRACED: u32 = 1;
const BACKWARD: u32 = 2;

@group(0) @binding(0) var<uniform> params: LayerParams;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(1) @binding(0) var<storage, read> source: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;
@group(2) @binding(1) var<storage, read_write> slopes: array<vec4f>;
@group(2) @binding(2) var<storage, read_write> rows: array<f32>;

// The matrix product, to the invocation's own quads of the result.
fn product(tile: u32, lane: u32) {
  // Not an array: some adapters keep arrays in memory.
  var a0 = vec4f(0.0);
  var a1 = vec4f(0.0);
  var a2 = vec4f(0.0);
  var a3 = vec4f(0.0);
  var b0 = vec4f(0.0);
  var b1 = vec4f(0.0);
  var b2 = vec4f(0.0);
  var b3 = vec4f(0.0);
  var c0 = vec4f(0.0);
  var c1 = vec4f(0.0);
  var c2 = vec4f(0.0);
  var c3 = vec4f(0.0);
  var d0 = vec4f(0.0);
  var d1 = vec4f(0.0);
  var d2 = vec4f(0.0);
  var d3 = vec4f(0.0);
  let lanes = params.lanes;
  var quad = 4u * params.inputs * tile;
  var at = params.weight + lane;
  for (var k = 0u; k < params.inputs; k++) {
    let rows0 = source[quad];
    let rows1 = source[quad + 1u];
    let rows2 = source[quad + 2u];
    let rows3 = source[quad + 3u];
    let a = weights[at];
    let b = weights[at + lanes];
    let c = weights[at + 2u * lanes];
    let d = weights[at + 3u * lanes];
    a0 += a * rows0;
    a1 += a * rows1;
    a2 += a * rows2;
    a3 += a * rows3;
    b0 += b * rows0;
    b1 += b * rows1;
    b2 += b * rows2;
    b3 += b * rows3;
    c0 += c * rows0;
    c1 += c * rows1;
    c2 += c * rows2;
    c3 += c * rows3;
    d0 += d * rows0;
    d1 += d * rows1;
    d2 += d * rows2;
    d3 += d * rows3;
    quad += 4u;
    at += 4u * lanes;
  }
  let own = 16u * lanes * tile + 4u * lane;
  result[own] = a0;
  result[own + 1u] = a1;
  result[own + 2u] = a2;
  result[own + 3u] = a3;
  result[own + 4u * lanes] = b0;
  result[own + 4u * lanes + 1u] = b1;
  result[own + 4u * lanes + 2u] = b2;
  result[own + 4u * lanes + 3u] = b3;
  result[own + 8u * lanes] = c0;
  result[own + 8u * lanes + 1u] = c1;
  result[own + 8u * lanes + 2u] = c2;
  result[own + 8u * lanes + 3u] = c3;
  result[own + 12u * lanes] = d0;
  result[own + 12u * lanes + 1u] = d1;
  result[own + 12u * lanes + 2u] = d2;
  result[own + 12u * lanes + 3u] = d3;
}

// What becomes of four rows' sum: SiLU of it with the bias, or the gradient times the slope.
fn finished(sum: vec4f, unit: u32, slope_at: u32) -> vec4f {
  if (params.mode == BACKWARD) {
    return sum * slopes[slope_at];
  }
  let total = sum + weights[params.weight + 4u * params.lanes * params.inputs + unit];
  // Capped where SiLU has long been 0 in f32, so that nothing overflows.
  let gate = 1.0 / (1.0 + exp(min(-total, vec4f(80.0))));
  let value = total * gate;
  if (params.mode == TRACED) {
    slopes[slope_at] = gate + value * (1.0 - gate);
  }
  return value;
}

@compute @workgroup_size(64)
fn policy_layer(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.x / params.lanes;
  let lane = id.x % params.lanes;
  if (tile >= params.tiles) {
    return;
  }
  product(tile, lane);
  let width = 4u * params.lanes;
  for (var i = 0u; i < 16u; i++) {
    let unit = lane + params.lanes * (i / 4u);
    let quad = 4u * (width * tile + unit) + i % 4u;
    let value = finished(result[quad], unit, params.slopes + quad);
    result[quad] = value;
    if (params.mode != FORWARD) {
      let at = params.rows + (16u * tile + 4u * (i % 4u)) * width + unit;
      rows[at] = value.x;
      rows[at + width] = value.y;
      rows[at + 2u * width] = value.z;
      rows[at + 3u * width] = value.w;
    }
  }
}
