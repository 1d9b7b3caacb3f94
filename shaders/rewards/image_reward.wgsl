// Reward of every image. Needs image_pixels.wgsl and a library that defines
// fn image_reward_of(lane: u32) -> f32, which all invocations of a workgroup call together: one of its siblings.
//
// params  group 0   ImageRewardParams
// images  group 0   [count, 3, 32, 32] f32 in [-1, 1]
// rewards group 1   [capacity] f32 from `to` on; IMAGE_REWARD_INVALID for an image with a number that is not finite
// Dispatch: one workgroup of 64 per image.

const IMAGE_REWARD_INVALID: f32 = 3.0e38;

struct ImageRewardParams {
  colour: vec4f,       // the asked ink, or the colour to be close to; red, green, blue, unused
  background: vec4f,   // the asked background
  count: u32,
  to: u32,             // index of the first reward
  asked: u32,          // 1 to measure ink along the asked colours
}

@group(0) @binding(0) var<uniform> params: ImageRewardParams;
@group(0) @binding(1) var<storage, read> images: array<f32>;
@group(1) @binding(0) var<storage, read_write> rewards: array<f32>;

@compute @workgroup_size(IMAGE_LANES)
fn image_reward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Barriers follow, so no workgroup returns early: one past the end works on the last image and stores nothing.
  image_base = 3u * IMAGE_PIXELS * min(group.x, params.count - 1u);
  var broken = 0.0;
  for (var j = lane; j < 3u * IMAGE_PIXELS; j += IMAGE_LANES) {
    // By bits, since WGSL compilers may assume that there is no NaN: an exponent of all ones.
    if ((bitcast<u32>(images[image_base + j]) & 0x7f800000u) == 0x7f800000u) {
      broken = 1.0;
    }
  }
  let bad = image_total(vec4f(broken, 0.0, 0.0, 0.0), lane).x;
  let reward = image_reward_of(lane);
  if (lane == 0u && group.x < params.count) {
    rewards[params.to + group.x] = select(reward, IMAGE_REWARD_INVALID, bad > 0.0);
  }
}
