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

// The row in each source, and 1 if there is one.
fn product_place(row: u32) -> vec3i {
  let inside = select(0, 1, row < params.rows);
  return vec3i(i32(joined_row(row, params.side, params.halved)), i32(row), inside);
}

fn product_quad(place: vec3i, tap: u32, quad: u32) -> vec4f {
  if (place.z == 0) {
    return vec4f(0.0);
  }
  let quads_a = params.split / 4u;
  if (quad < quads_a) {
    return source_a[u32(place.x) * quads_a + quad];
  }
  return source_b[u32(place.y) * (params.inputs / 4u - quads_a) + quad - quads_a];
}

@compute @workgroup_size(64)
fn product(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  product_tile(1u, local, workgroup);
}
