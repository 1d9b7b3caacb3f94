// Gradient of the output layer's weights [4 lanes, 2] and bias [2] over a chunk of rows, each sum in the order of rows.
//
// params  group 0   as for policy_gradient; `source` counts numbers here, and 4 lanes is the length of a row
// source  group 1   [rows, 4 lanes] what the layer took in, from params.source on
// pulled  group 1   [rows, 2] dLoss / doutputs
// parts   group 2   [chunks, stride]
// Dispatch: one invocation for each unit, 64 a workgroup, by chunks.

struct GradientParams {
  rows: u32,
  chunk: u32,
  source: u32,
  quads: u32,
  lanes: u32,
  result: u32,
  stride: u32,
}

@group(0) @binding(0) var<uniform> params: GradientParams;
@group(1) @binding(0) var<storage, read> source: array<f32>;
@group(1) @binding(1) var<storage, read> pulled: array<vec2f>;
@group(2) @binding(0) var<storage, read_write> parts: array<f32>;

@compute @workgroup_size(64)
fn policy_output_gradient(@builtin(global_invocation_id) id: vec3u) {
  let width = 4u * params.lanes;
  if (id.x >= width) {
    return;
  }
  let first = id.y * params.chunk;
  let end = min(first + params.chunk, params.rows);
  var weight = vec2f(0.0);
  var bias = vec2f(0.0);
  for (var row = first; row < end; row++) {
    let pull = pulled[row];
    weight += source[params.source + row * width + id.x] * pull;
    bias += pull;
  }
  let part = id.y * params.stride + params.result;
  parts[part + 2u * id.x] = weight.x;
  parts[part + 2u * id.x + 1u] = weight.y;
  if (id.x == 0u) {
    parts[part + 2u * width] = bias.x;
    parts[part + 2u * width + 1u] = bias.y;
  }
}
