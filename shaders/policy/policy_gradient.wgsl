// Gradient of one layer's weights and bias over a chunk of rows: inputs' deltas and the column sums of deltas, each sum in the
// order of rows.
//
// params  group 0
// source  group 1   [rows, quads] what the layer took in, in quads, from params.source on
// deltas  group 1   [rows, 4 lanes] dLoss / dsums
// parts   group 2   [chunks, stride]: the gradient of each chunk, in the layout of the weights
// Dispatch: one invocation for each lane of each 16 inputs, 64 a workgroup, by chunks; an invocation holds 16 inputs by 4 units.

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
@group(1) @binding(1) var<storage, read> deltas: array<f32>;
@group(2) @binding(0) var<storage, read_write> parts: array<f32>;

fn store(place: u32, sum: vec4f) {
  let width = 4u * params.lanes;
  parts[place] = sum.x;
  parts[place + width] = sum.y;
  parts[place + 2u * width] = sum.z;
  parts[place + 3u * width] = sum.w;
}

// Gradient of the weights of 16 inputs to one unit.
fn store_unit(place: u32, s0: vec4f, s1: vec4f, s2: vec4f, s3: vec4f) {
  store(place, s0);
  store(place + 16u * params.lanes, s1);
  store(place + 32u * params.lanes, s2);
  store(place + 48u * params.lanes, s3);
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
  var bias = vec4f(0.0);
  var quad = params.source + first * params.quads + 4u * block;
  var at = 4u * lanes * first + lane;
  for (var row = first; row < end; row++) {
    let i0 = source[quad];
    let i1 = source[quad + 1u];
    let i2 = source[quad + 2u];
    let i3 = source[quad + 3u];
    let a = deltas[at];
    let b = deltas[at + lanes];
    let c = deltas[at + 2u * lanes];
    let d = deltas[at + 3u * lanes];
    a0 += a * i0;
    a1 += a * i1;
    a2 += a * i2;
    a3 += a * i3;
    b0 += b * i0;
    b1 += b * i1;
    b2 += b * i2;
    b3 += b * i3;
    c0 += c * i0;
    c1 += c * i1;
    c2 += c * i2;
    c3 += c * i3;
    d0 += d * i0;
    d1 += d * i1;
    d2 += d * i2;
    d3 += d * i3;
    bias += vec4f(a, b, c, d);
    quad += params.quads;
    at += 4u * lanes;
  }
  let part = id.y * params.stride + params.result;
  let place = part + 64u * lanes * block + lane;
  store_unit(place, a0, a1, a2, a3);
  store_unit(place + lanes, b0, b1, b2, b3);
  store_unit(place + 2u * lanes, c0, c1, c2, c3);
  store_unit(place + 3u * lanes, d0, d1, d2, d3);
  if (block == 0u) {
    let bias_at = part + 16u * lanes * params.quads + lane;
    parts[bias_at] = bias.x;
    parts[bias_at + lanes] = bias.y;
    parts[bias_at + 2u * lanes] = bias.z;
    parts[bias_at + 3u * lanes] = bias.w;
  }
}
