// Adds the gradients of chunks of rows to the accumulated one, always in the order of chunks.
//
// params    group 0
// parts     group 1   [chunks, count]
// gradient  group 2   [count]
// Dispatch: ceil(count / 64) workgroups.

struct PolicyReduceParams {
  count: u32,
  chunks: u32,
}

@group(0) @binding(0) var<uniform> params: PolicyReduceParams;
@group(1) @binding(0) var<storage, read> parts: array<f32>;
@group(2) @binding(0) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn policy_reduce(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  var sum = 0.0;
  for (var chunk = 0u; chunk < params.chunks; chunk++) {
    sum += parts[chunk * params.count + id.x];
  }
  gradient[id.x] += sum;
}
