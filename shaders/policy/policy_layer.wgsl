// One layer of the policy network on tiles of 16 rows, see policy_inputs.wgsl: forward with bias and SiLU, or backward times SiLU's
// slope. An invocation computes units 4 lane to 4 lane + 3 of 16 rows.
//
// params   group 0
// weights  group 0   forward: all layers, each [inputs, 4 lanes] and the bias; backward: transposed matrices
// source   group 1   tiles of `inputs` numbers a row
// result   group 2   tiles of 4 lanes numbers a row
// slopes   group 2   tiles of SiLU's slopes, from quad params.slopes on: written by a traced pass forward, read by one backward
// rows     group 2   [16 tiles, 4 lanes] the result row by row in quads, from params.rows on; not written without a trace
// Dispatch: one invocation for each lane of each tile, 64 a workgroup.

struct LayerParams {
  tiles: u32,
  lanes: u32,   // a multiple of 4
  inputs: u32,
  weight: u32,  // first number of the matrix
  slopes: u32,
  rows: u32,    // first quad
  mode: u32,
}

const FORWARD: u32 = 0;
const TRACED: u32 = 1;
const BACKWARD: u32 = 2;

@group(0) @binding(0) var<uniform> params: LayerParams;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(1) @binding(0) var<storage, read> source: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;
@group(2) @binding(1) var<storage, read_write> slopes: array<vec4f>;
@group(2) @binding(2) var<storage, read_write> rows: array<vec4f>;

// The products of four rows with the weights of four units, a column for each unit.
fn outer(rows: vec4f, weight: vec4f) -> mat4x4f {
  return mat4x4f(weight.x * rows, weight.y * rows, weight.z * rows, weight.w * rows);
}

// What becomes of four rows' sum: SiLU of it with the bias, or the gradient times the slope.
fn finished(sum: vec4f, bias: f32, slope_at: u32) -> vec4f {
  if (params.mode == BACKWARD) {
    return sum * slopes[slope_at];
  }
  let total = sum + bias;
  // Capped where SiLU has long been 0 in f32, so that nothing overflows.
  let gate = 1.0 / (1.0 + exp(min(-total, vec4f(80.0))));
  let value = total * gate;
  if (params.mode == TRACED) {
    slopes[slope_at] = gate + value * (1.0 - gate);
  }
  return value;
}

// Finishes and writes four rows, from `row` on, of the lane's units.
fn finish(row: u32, lane: u32, sum: mat4x4f, bias: vec4f) {
  let at = 16u * (params.lanes * (row / 16u) + lane) + row % 16u / 4u;
  let slope_at = params.slopes + at;
  let value = mat4x4f(
    finished(sum[0], bias.x, slope_at),
    finished(sum[1], bias.y, slope_at + 4u),
    finished(sum[2], bias.z, slope_at + 8u),
    finished(sum[3], bias.w, slope_at + 12u),
  );
  result[at] = value[0];
  result[at + 4u] = value[1];
  result[at + 8u] = value[2];
  result[at + 12u] = value[3];
  if (params.mode != FORWARD) {
    let by_row = transpose(value);
    let first = params.rows + params.lanes * row + lane;
    rows[first] = by_row[0];
    rows[first + params.lanes] = by_row[1];
    rows[first + 2u * params.lanes] = by_row[2];
    rows[first + 3u * params.lanes] = by_row[3];
  }
}

@compute @workgroup_size(64)
fn policy_layer(@builtin(global_invocation_id) id: vec3u) {
  let tile = id.x / params.lanes;
  let lane = id.x % params.lanes;
  if (tile >= params.tiles) {
    return;
  }
  // Not an array: some adapters keep arrays in memory.
  var sum0 = mat4x4f();
  var sum1 = mat4x4f();
  var sum2 = mat4x4f();
  var sum3 = mat4x4f();
  var quad = 4u * params.inputs * tile;
  var at = params.weight / 4u + lane;
  for (var k = 0u; k < params.inputs; k++) {
    let rows = four_quads(quad, lane);
    let weight = weights[at];
    sum0 += outer(rows[0], weight);
    sum1 += outer(rows[1], weight);
    sum2 += outer(rows[2], weight);
    sum3 += outer(rows[3], weight);
    quad += 4u;
    at += params.lanes;
  }
  var bias = vec4f(0.0);
  if (params.mode != BACKWARD) {
    // The row after the last input's.
    bias = weights[at];
  }
  finish(16u * tile, lane, sum0, bias);
  finish(16u * tile + 4u, lane, sum1, bias);
  finish(16u * tile + 8u, lane, sum2, bias);
  finish(16u * tile + 12u, lane, sum3, bias);
}
