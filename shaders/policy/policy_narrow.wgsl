// Two numbers of every row from tiles of `inputs` numbers a row, see policy_inputs.wgsl: the network's outputs, or backward the gradient
// of the state.
//
// params   group 0
// weights  group 0   [inputs, 2] from params.weight on; then the bias [2], added if params.biased = 1
// source   group 1   tiles
// result   group 2   [.., 2], row r at params.result + r
// Dispatch: one invocation for each four rows, 64 a workgroup.

struct NarrowParams {
  rows: u32,
  inputs: u32,
  weight: u32,
  biased: u32,
  result: u32,
}

@group(0) @binding(0) var<uniform> params: NarrowParams;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(1) @binding(0) var<storage, read> source: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec2f>;

fn put(row: u32, value: vec2f) {
  if (row < params.rows) {
    result[params.result + row] = value;
  }
}

@compute @workgroup_size(64)
fn policy_narrow(@builtin(global_invocation_id) id: vec3u) {
  let row = 4u * id.x;
  if (row >= params.rows) {
    return;
  }
  var sum_x = vec4f(0.0);
  var sum_y = vec4f(0.0);
  var quad = 4u * params.inputs * (id.x / 4u) + id.x % 4u;
  var at = params.weight;
  for (var k = 0u; k < params.inputs; k++) {
    let rows = source[quad];
    sum_x += weights[at] * rows;
    sum_y += weights[at + 1u] * rows;
    quad += 4u;
    at += 2u;
  }
  var bias = vec2f(0.0);
  if (params.biased == 1u) {
    bias = vec2f(weights[at], weights[at + 1u]);
  }
  put(row, vec2f(sum_x.x, sum_y.x) + bias);
  put(row + 1u, vec2f(sum_x.y, sum_y.y) + bias);
  put(row + 2u, vec2f(sum_x.z, sum_y.z) + bias);
  put(row + 3u, vec2f(sum_x.w, sum_y.w) + bias);
}
