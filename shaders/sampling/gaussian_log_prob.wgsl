// Log density of given transitions under the Gaussian step of a model's output; the same numbers as gddim_step.wgsl gives
// for the step it draws. D up to 16,384.
//
// params          group 0   TransitionParams, see transition.wgsl
// x, outputs, next group 0  [P, quads] vec4: particles, the model's output at them, particles after the step
// log_probs       group 1   [P] vec2f: log density summed over D, nats, as a compensated pair
// mean_log_probs  group 1   [P] f32: the same divided by D
// Dispatch: ceil(P / (LANES_PER_POINT ROWS)) workgroups; LANES invocations share LANES_PER_POINT particles.

override LANES: u32 = 64;
override ROWS: u32 = 1;
override GROUP_SIZE: u32 = 64; // LANES ROWS

@group(0) @binding(0) var<uniform> params: TransitionParams;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> outputs: array<vec4f>;
@group(0) @binding(3) var<storage, read> next: array<vec4f>;
@group(1) @binding(0) var<storage, read_write> log_probs: array<vec2f>;
@group(1) @binding(1) var<storage, read_write> mean_log_probs: array<f32>;

fn quad_square(particle: u32, quad: u32, unused: vec4f) -> f32 {
  if (particle >= params.particles) {
    return 0.0;
  }
  let at = particle * params.quads + quad;
  return transition_square(next[at], params.fx * x[at] + params.fo * outputs[at], quad);
}

@compute @workgroup_size(LANES, ROWS)
fn gaussian_log_prob(
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) workgroup: vec3u,
) {
  let first = LANES_PER_POINT * (workgroup.x * ROWS + id.y);
  let nothing = NoiseBlock(Lanes(0.0), Lanes(0.0), Lanes(0.0), Lanes(0.0));
  var squares = SumsLanes(Lanes(0.0), Lanes(0.0));
  for (var quad = id.x; quad < params.quads; quad += LANES) {
    squares = sums_lanes_add(squares, transition_squares(first, quad, nothing), params.zero);
  }
  transition_finish(squares, local, id.x, first);
}
