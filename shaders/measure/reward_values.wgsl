// Reward of every particle. Needs one of the reward_*.wgsl libraries.
//
// params      group 0   RewardParams
// reward_data group 0   numbers of the reward, see its library
// positions   group 0   [rows, dim] f32
// rewards     group 1   [capacity] f32 from `to` on; REWARD_INVALID for a particle that has diverged
// valid       group 1   [rows] u32, 0 for a particle that has diverged
// Dispatch: ceil(rows / WORKGROUP_SIZE) workgroups.

override WORKGROUP_SIZE: u32 = 64;

const REWARD_INVALID: f32 = 3.0e38;

struct RewardParams {
  rows: u32,
  dim: u32,          // d
  count: u32,        // bumps of the reward
  to: u32,           // index of the first reward
  limit: f32,        // a coordinate of this magnitude or more has diverged
}

@group(0) @binding(0) var<uniform> params: RewardParams;
@group(0) @binding(1) var<storage, read> reward_data: array<f32>;
@group(0) @binding(2) var<storage, read> positions: array<f32>;
@group(1) @binding(0) var<storage, read_write> rewards: array<f32>;
@group(1) @binding(1) var<storage, read_write> valid: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn reward_values(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows) {
    return;
  }
  let at = id.x * params.dim;
  var fine = true;
  for (var i = 0u; i < params.dim; i++) {
    fine = fine && sums_below(positions[at + i], params.limit);
  }
  var reward = REWARD_INVALID;
  if (fine) {
    reward = reward_at(at);
  }
  rewards[params.to + id.x] = reward;
  valid[id.x] = u32(fine);
}
