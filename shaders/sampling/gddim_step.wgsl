// One sampler step of any model's output, with the log density of the step drawn [Zhang22]. D up to 16,384.
//
// params         group 0   TransitionParams, see transition.wgsl
// x, outputs     group 0   [P, quads] vec4: particles and the model's output at them
// next           group 1   [P, quads] vec4: particles after the step (may not be x)
// log_probs      group 1   [P] vec2f: log density summed over D, nats, as a compensated pair
// mean_log_probs group 1   [P] f32: the same divided by D
// Dispatch: ceil(P / (LANES_PER_POINT ROWS)) workgroups; LANES invocations share LANES_PER_POINT particles.

override LANES: u32 = 64;
override ROWS: u32 = 1;
override GROUP_SIZE: u32 = 64; // LANES ROWS

@group(0) @binding(0) var<uniform> params: TransitionParams;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> outputs: array<vec4f>;
@group(1) @binding(0) var<storage, read_write> next: array<vec4f>;
@group(1) @binding(1) var<storage, read_write> log_probs: array<vec2f>;
@group(1) @binding(2) var<storage, read_write> mean_log_probs: array<f32>;

// Moves one quad of one particle; returns its share of |z|^2, of the numbers as they were stored.
fn quad_square(particle: u32, quad: u32, z: vec4f) -> f32 {
  if (particle >= params.particles) {
    return 0.0;
  }
  let at = particle * params.quads + quad;
  let mean = params.fx * x[at] + params.fo * outputs[at];
  let moved = mean + params.tau * z;
  next[at] = moved;
  return transition_square(moved, mean, quad);
}

@compute @workgroup_size(LANES, ROWS)
fn gddim_step(
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) workgroup: vec3u,
) {
  let first = LANES_PER_POINT * (workgroup.x * ROWS + id.y);
  let key = vec2u(params.seed, params.stream);
  let row = rng_row(lanes_particles(params.first + first), key);
  var squares = SumsLanes(Lanes(0.0), Lanes(0.0));
  for (var quad = id.x; quad < params.quads; quad += LANES) {
    let noise = noise_quad(row, params.number + 4u * quad, key);
    squares = sums_lanes_add(squares, transition_squares(first, quad, noise), params.zero);
  }
  transition_finish(squares, local, id.x, first);
}
