// Adds the rewards of a chunk of particles, and their differences from a baseline particle by particle, to running sums,
// compensated. One invocation owns one slice; the slices are merged by reduce_sums.wgsl in a fixed order.
//
// params  group 0   ScalarSumsParams
// rewards group 0   [arms, capacity] f32
// sums    group 1   [8, SLICES] vec2f from `to` on: n, left out, y, y^2 with y = r - shift; the same four of differences
// Dispatch: slices / WORKGROUP_SIZE workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct ScalarSumsParams {
  rows: u32,
  values: u32,           // index of this arm's first reward
  baseline: u32,         // index of the baseline's first reward, or of this arm's own where there is none
  slices: u32,
  to: u32,               // index of the first sum
  zero: u32,             // 0, see sums.wgsl
  shift: f32,
  difference_shift: f32,
  limit: f32,            // rewards of this magnitude or more are left out
}

@group(0) @binding(0) var<uniform> params: ScalarSumsParams;
@group(0) @binding(1) var<storage, read> rewards: array<f32>;
@group(1) @binding(0) var<storage, read_write> sums: array<vec2f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn scalar_sums(@builtin(global_invocation_id) id: vec3u) {
  let slice = id.x;
  if (slice >= params.slices) {
    return;
  }
  let at = params.to + slice;
  var total = array<vec2f, 8>();
  for (var s = 0u; s < 8u; s++) {
    total[s] = sums[at + s * params.slices];
  }
  for (var row = slice; row < params.rows; row += params.slices) {
    let value = rewards[params.values + row];
    let base = rewards[params.baseline + row];
    let usable = sums_below(value, params.limit);
    if (usable) {
      let y = value - params.shift;
      total[0] = sums_add(total[0], 1.0, params.zero);
      total[2] = sums_add(total[2], y, params.zero);
      total[3] = sums_add(total[3], y * y, params.zero);
    } else {
      total[1] = sums_add(total[1], 1.0, params.zero);
    }
    if (usable && sums_below(base, params.limit)) {
      let y = value - base - params.difference_shift;
      total[4] = sums_add(total[4], 1.0, params.zero);
      total[6] = sums_add(total[6], y, params.zero);
      total[7] = sums_add(total[7], y * y, params.zero);
    } else {
      total[5] = sums_add(total[5], 1.0, params.zero);
    }
  }
  for (var s = 0u; s < 8u; s++) {
    sums[at + s * params.slices] = total[s];
  }
}
