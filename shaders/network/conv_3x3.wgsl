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

// Of the four rows: first source row of the image, and the position under the middle tap, or outside for rows past the end.
var<private> images: vec4u;
var<private> ys: vec4i;
var<private> xs: vec4i;

const OUTSIDE: i32 = -2;

fn product_place_rows(first: u32) {
  let rows = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let positions = params.side * params.side;
  let reach = params.stride * params.side;
  let within = rows % positions;
  images = (rows / positions) * reach * reach;
  ys = select(vec4i(OUTSIDE), vec4i(params.stride * (within / params.side)), rows < vec4u(params.rows));
  xs = vec4i(params.stride * (within % params.side));
}

fn product_quad(row: u32, tap: u32, quad: u32, inside: bool) -> vec4f {
  let reach = i32(params.stride * params.side);
  let y = ys[row] + i32(tap / 3u) - 1;
  let x = xs[row] + i32(tap % 3u) - 1;
  if (!inside || y < 0 || y >= reach || x < 0 || x >= reach) {
    return vec4f(0.0);
  }
  return source[(images[row] + u32(y * reach + x)) * (params.inputs / 4u) + quad];
}

@compute @workgroup_size(64)
fn conv_3x3(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  product_tile(9u, local, workgroup);
}
