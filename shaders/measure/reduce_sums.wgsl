// Merges the slices of running sums, one invocation per sum, in order.
//
// params group 0   ReduceParams
// sums   group 0   [count, slices] vec2f
// totals group 1   [count] vec2f from `to` on
// Dispatch: ceil(count / WORKGROUP_SIZE) workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct ReduceParams {
  count: u32,
  slices: u32,
  to: u32,           // index of the first total
  zero: u32,         // 0, see sums.wgsl
}

@group(0) @binding(0) var<uniform> params: ReduceParams;
@group(0) @binding(1) var<storage, read> sums: array<vec2f>;
@group(1) @binding(0) var<storage, read_write> totals: array<vec2f>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn reduce_sums(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  var total = vec2f(0.0);
  for (var slice = 0u; slice < params.slices; slice++) {
    total = sums_merge(total, sums[id.x * params.slices + slice], params.zero);
  }
  totals[params.to + id.x] = total;
}
