// Inputs of the policy network in tiles of 16 rows: the state times the scale of its time, 2 numbers, the 9 time features, and zeros.
// In all kernels of this folder number k of row r of a tile t of K numbers a row is component r mod 4 of quad 4 (K t + k) + r / 4, so
// that a product loads four rows at once, the same for all invocations.
//
// params    group 0
// levels    group 0   [times, 16]: scale of the state, unused, time features, zeros
// x         group 1   [.., 2] states
// level_of  group 1   [rows] row of levels, where the rows differ
// result    group 2   tiles of 16 numbers a row
// traces    group 2   [16 tiles, 16] the same row by row; written if params.trace = 1
// Dispatch: one invocation for each of 64 quads of a tile.

struct InputsParams {
  rows: u32,
  level: u32,  // of all rows, or PER_ROW
  first: u32,  // row r is state first + r
  trace: u32,
}

const PER_ROW: u32 = 0xffffffff;
const INPUTS: u32 = 16;

@group(0) @binding(0) var<uniform> params: InputsParams;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(1) @binding(0) var<storage, read> x: array<vec2f>;
@group(1) @binding(1) var<storage, read> level_of: array<u32>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;
@group(2) @binding(1) var<storage, read_write> traces: array<f32>;

fn input(row: u32, k: u32) -> f32 {
  // Rows that only fill a tile are as the last one.
  let real = min(row, params.rows - 1u);
  var level = params.level;
  if (level == PER_ROW) {
    level = level_of[real];
  }
  if (k >= 2u) {
    return levels[INPUTS * level + k];
  }
  let state = x[params.first + real];
  return levels[INPUTS * level] * select(state.x, state.y, k == 1u);
}

@compute @workgroup_size(64)
fn policy_inputs(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  let k = local / 4u;
  let row = 16u * workgroup.x + 4u * (local % 4u);
  let quad = vec4f(input(row, k), input(row + 1u, k), input(row + 2u, k), input(row + 3u, k));
  result[64u * workgroup.x + local] = quad;
  if (params.trace == 1u) {
    let at = INPUTS * row + k;
    traces[at] = quad.x;
    traces[at + INPUTS] = quad.y;
    traces[at + 2u * INPUTS] = quad.z;
    traces[at + 3u * INPUTS] = quad.w;
  }
}
