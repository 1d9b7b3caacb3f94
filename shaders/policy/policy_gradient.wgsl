// Gradient of one layer's weights and bias over a chunk of rows: inputs' deltas and the column sums of deltas, each sum in the
// order of rows.
//
// params  group 0
// source  group 1   [rows, quads] what the layer took in, in quads, from params.source on
// deltas  group 1   [rows, 4 lanes] dLoss / dsums, in quads
// parts   group 2   [chunks, stride]: the gradient of each chunk, in the layout of the weights
// Dispatch: one invocation for each lane of each 16 inputs, 64 a workgroup, by chunks; an invocation holds 16 inputs by units 4 lane
// to 4 lane + 3.

struct GradientParams {
  rows: u32,
  chunk: u32,   // rows of a chunk
  source: u32,
  quads: u32,   // a multiple of 4
  lanes: u32,
  result: u32,  // first number of the layer's weights
  stride: u32,  // of parts
}

@group(0) @binding(0) var<uniform> params: GradientParams;
@group(1) @binding(0) var<storage, read> source: array<vec4f>;
@group(1) @binding(1) var<storage, read> deltas: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> parts: array<f32>;

// The products of four inputs with the deltas of four units, a column for each input.
fn outer(inputs: vec4f, delta: vec4f) -> mat4x4f {
  return mat4x4f(inputs.x * delta, inputs.y * delta, inputs.z * delta, inputs.w * delta);
}

fn store(place: u32, sum: vec4f) {
  parts[place] = sum.x;
  parts[place + 1u] = sum.y;
  parts[place + 2u] = sum.z;
  parts[place + 3u] = sum.w;
}

// Gradient of the weights of four inputs.
fn store_inputs(place: u32, sum: mat4x4f) {
  let width = 4u * params.lanes;
  store(place, sum[0]);
  store(place + width, sum[1]);
  store(place + 2u * width, sum[2]);
  store(place + 3u * width, sum[3]);
}

@compute @workgroup_size(64)
fn policy_gradient(@builtin(global_invocation_id) id: vec3u) {
  let lanes = params.lanes;
  let block = id.x / lanes;
  let lane = id.x % lanes;
  if (4u * block >= params.quads) {
    return;
  }
  let first = id.y * params.chunk;
  let end = min(first + params.chunk, params.rows);
  var sum0 = mat4x4f();
  var sum1 = mat4x4f();
  var sum2 = mat4x4f();
  var sum3 = mat4x4f();
  var bias = vec4f(0.0);
  var quad = params.source + first * params.quads + 4u * block;
  var at = lanes * first + lane;
  for (var row = first; row < end; row++) {
    let inputs = four_quads(quad, lane);
    let delta = deltas[at];
    sum0 += outer(inputs[0], delta);
    sum1 += outer(inputs[1], delta);
    sum2 += outer(inputs[2], delta);
    sum3 += outer(inputs[3], delta);
    bias += delta;
    quad += params.quads;
    at += lanes;
  }
  let part = id.y * params.stride + params.result;
  let place = part + 64u * lanes * block + 4u * lane;
  store_inputs(place, sum0);
  store_inputs(place + 16u * lanes, sum1);
  store_inputs(place + 32u * lanes, sum2);
  store_inputs(place + 48u * lanes, sum3);
  if (block == 0u) {
    store(part + 16u * lanes * params.quads + 4u * lane, bias);
  }
}
