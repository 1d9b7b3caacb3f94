// Adds the products of coordinates (i, j) of a chunk of particles to running sums. One invocation owns one (pair, slice):
// plain sums over runs of RUN particles, compensated over the runs. The slices are merged by reduce_sums.wgsl. Every order
// is fixed, so a run repeats bit for bit.
//
// params    group 0   VectorSumsParams
// pairs     group 0   [P] (i, j)
// shift     group 0   [dim] f32
// positions group 0   [rows, dim] f32
// valid     group 0   [rows] u32, 0 for particles to leave out
// sums      group 1   [P, 6, SLICES] vec2f: n, y_i, y_i y_j, y_i^2 y_j, y_i y_j^2, y_i^2 y_j^2 with y = x - shift
// Dispatch: P SLICES / WORKGROUP_SIZE workgroups, folded into two dimensions of `across`.

override WORKGROUP_SIZE: u32 = 64;

const RUN: u32 = 32u;

struct VectorSumsParams {
  rows: u32,
  dim: u32,          // d
  pairs: u32,        // P
  slices: u32,
  across: u32,       // invocations along x of the dispatch
  zero: u32,         // 0, see sums.wgsl
}

@group(0) @binding(0) var<uniform> params: VectorSumsParams;
@group(0) @binding(1) var<storage, read> pairs: array<vec2u>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read> positions: array<f32>;
@group(0) @binding(4) var<storage, read> valid: array<u32>;
@group(1) @binding(0) var<storage, read_write> sums: array<vec2f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn vector_sums(@builtin(global_invocation_id) id: vec3u) {
  let number = id.y * params.across + id.x;
  let slice = number % params.slices;
  let pair = number / params.slices;
  if (pair >= params.pairs) {
    return;
  }
  let i = pairs[pair].x;
  let j = pairs[pair].y;
  let at = 6u * pair * params.slices + slice;
  var n = sums[at];
  var s1 = sums[at + params.slices];
  var s11 = sums[at + 2u * params.slices];
  var s21 = sums[at + 3u * params.slices];
  var s12 = sums[at + 4u * params.slices];
  var s22 = sums[at + 5u * params.slices];
  for (var start = slice; start < params.rows; start += RUN * params.slices) {
    var run_n = 0.0;
    var run = vec4f(0.0);
    var run_1 = 0.0;
    for (var row = start; row < min(params.rows, start + RUN * params.slices); row += params.slices) {
      if (valid[row] != 0u) {
        let yi = positions[row * params.dim + i] - shift[i];
        let yj = positions[row * params.dim + j] - shift[j];
        let product = yi * yj;
        run_n += 1.0;
        run_1 += yi;
        run += product * vec4f(1.0, yi, yj, product);
      }
    }
    n = sums_add(n, run_n, params.zero);
    s1 = sums_add(s1, run_1, params.zero);
    s11 = sums_add(s11, run.x, params.zero);
    s21 = sums_add(s21, run.y, params.zero);
    s12 = sums_add(s12, run.z, params.zero);
    s22 = sums_add(s22, run.w, params.zero);
  }
  sums[at] = n;
  sums[at + params.slices] = s1;
  sums[at + 2u * params.slices] = s11;
  sums[at + 3u * params.slices] = s21;
  sums[at + 4u * params.slices] = s12;
  sums[at + 5u * params.slices] = s22;
}
