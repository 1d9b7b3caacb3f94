// Matrix product over channels (linear layers, 1x1 convolutions) plus bias, a residual and SiLU. The inputs may be the
// channels of two maps, the first of them of half the sides and repeated: joined and doubled by indexing alone.
//
// params    group 0   ProductParams, see product_tile.wgsl
// weights   group 0   [inputs, outputs] f32 in quads
// bias      group 0   [outputs]
// source_a  group 1   [rows or rows / 4, split]
// source_b  group 1   [rows, inputs - split], or anything where split = inputs
// plus      group 1   [plus_rows, outputs], or anything where plus_rows = 0
// result    group 2   [rows, outputs]
// Dispatch: ceil(rows / 64) by ceil(outputs / 32) workgroups.

@group(0) @binding(0) var<uniform> params: ProductParams;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(1) @binding(0) var<storage, read> source_a: array<vec4f>;
@group(1) @binding(1) var<storage, read> source_b: array<vec4f>;
@group(1) @binding(2) var<storage, read> plus: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;

var<private> first_row: u32;
var<private> rows_a: vec4u;

fn product_place_rows(first: u32) {
  first_row = first;
  rows_a = joined_rows(vec4u(first) + vec4u(0u, 1u, 2u, 3u), params.side, params.halved);
}

fn product_quad(row: u32, tap: u32, quad: u32, inside: bool) -> vec4f {
  if (!inside || first_row + row >= params.rows) {
    return vec4f(0.0);
  }
  let quads_a = params.split / 4u;
  if (quad < quads_a) {
    return source_a[rows_a[row] * quads_a + quad];
  }
  return source_b[(first_row + row) * (params.inputs / 4u - quads_a) + quad - quads_a];
}

@compute @workgroup_size(64)
fn product(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  product_tile(1u, local, workgroup);
}
