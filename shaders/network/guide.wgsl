// Classifier-free guidance [Ho22]: away + scale (asked - away).
//
// params  group 0   GuideParams
// asked   group 1   [4 count] f32 in quads: x0Hat of the prompts
// away    group 1   the same of the negative prompts
// result  group 2   the same
// Dispatch: ceil(count / 64) workgroups.

struct GuideParams {
  count: u32, // quads
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: GuideParams;
@group(1) @binding(0) var<storage, read> asked: array<vec4f>;
@group(1) @binding(1) var<storage, read> away: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;

@compute @workgroup_size(64)
fn guide(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  result[id.x] = away[id.x] + params.scale * (asked[id.x] - away[id.x]);
}
