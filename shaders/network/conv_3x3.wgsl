// 3x3 convolution with one zero around as an implicit matrix product, plus bias and a residual; stride 1 or 2.
//
// params   group 0   ProductParams, see product_tile.wgsl; split = inputs, halved = 0
// weights  group 0   [9 taps, inputs, outputs] f32 in quads
// bias     group 0   [outputs]
// source   group 1   [images, stride side, stride side, inputs]
// plus     group 1   [plus_rows, outputs], or anything where plus_rows = 0
// result   group 2   [images, side, side, outputs]
// Dispatch: ceil(rows / 64) by ceil(outputs / 32) workgroups.

@group(0) @binding(0) var<uniform> params: ProductParams;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(1) @binding(0) var<storage, read> source: array<vec4f>;
@group(1) @binding(1) var<storage, read> plus: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;

const OUTSIDE: i32 = -2;

// First source row of the image, and y and x under the middle tap; y is OUTSIDE for rows past the end.
fn product_place(row: u32) -> vec3i {
  let positions = params.side * params.side;
  let reach = params.stride * params.side;
  let within = row % positions;
  let y = select(OUTSIDE, i32(params.stride * (within / params.side)), row < params.rows);
  return vec3i(i32((row / positions) * reach * reach), y, i32(params.stride * (within % params.side)));
}

fn product_quad(place: vec3i, tap: u32, quad: u32) -> vec4f {
  let reach = i32(params.stride * params.side);
  let y = place.y + i32(tap / 3u) - 1;
  let x = place.z + i32(tap % 3u) - 1;
  if (y < 0 || y >= reach || x < 0 || x >= reach) {
    return vec4f(0.0);
  }
  return source[u32(place.x + y * reach + x) * (params.inputs / 4u) + quad];
}

@compute @workgroup_size(64)
fn conv_3x3(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  product_tile(9u, local, workgroup);
}
