// Turns chain coordinates into data coordinates, x = basis y, for every row. Each invocation makes four coordinates.
//
// params    group 0   RotateParams
// basis     group 0   [quads, dim] vec4: column j for four rows
// states    group 0   [rows, dim] f32
// positions group 1   [rows, dim] f32
// Dispatch: ceil(rows / WORKGROUP_SIZE) by quads workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct RotateParams {
  rows: u32,
  dim: u32,          // d
}

@group(0) @binding(0) var<uniform> params: RotateParams;
@group(0) @binding(1) var<storage, read> basis: array<vec4f>;
@group(0) @binding(2) var<storage, read> states: array<f32>;
@group(1) @binding(0) var<storage, read_write> positions: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn rotate(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows) {
    return;
  }
  let row = id.x * params.dim;
  var sum = vec4f(0.0);
  for (var j = 0u; j < params.dim; j++) {
    sum += basis[id.y * params.dim + j] * states[row + j];
  }
  for (var i = 0u; i < 4u; i++) {
    if (4u * id.y + i < params.dim) {
      positions[row + 4u * id.y + i] = sum[i];
    }
  }
}
