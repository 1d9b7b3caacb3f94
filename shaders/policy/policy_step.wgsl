// One step of all particles from the network's outputs: x_next = fx x + fo o + cz z, z on the counters of the engines' contract.
//
// params   group 0
// outputs  group 1   [.., 2]
// states   group 2   [.., 2]: reads the states before, writes those after
// Dispatch: ceil(particles / 64) workgroups.

struct PolicyStepParams {
  particles: u32,
  dim: u32,     // 1 or 2; with 1 the second numbers are 0 and stay 0
  from_state: u32,
  to_state: u32,
  output: u32,
  first: u32,   // number of the first particle
  number: u32,  // of the first normal, k dim
  seed: u32,
  stream: u32,
  fx: f32,
  fo: f32,
  cz: f32,
}

@group(0) @binding(0) var<uniform> params: PolicyStepParams;
@group(1) @binding(0) var<storage, read> outputs: array<vec2f>;
@group(2) @binding(0) var<storage, read_write> states: array<vec2f>;

// Normals number and number + 1 of the particle; a pair of two dimensions never crosses a block of four.
fn step_noise(particle: u32) -> vec2f {
  let key = vec2u(params.seed, params.stream);
  let block = prior_block(rng_row(particle, key), params.number / 4u, key);
  let lane = params.number % 4u;
  if (params.dim == 2u) {
    return select(vec2f(block.z2, block.z3), vec2f(block.z0, block.z1), lane == 0u);
  }
  return vec2f(vec4f(block.z0, block.z1, block.z2, block.z3)[lane], 0.0);
}

@compute @workgroup_size(64)
fn policy_step(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.particles) {
    return;
  }
  var next = params.fx * states[params.from_state + id.x] + params.fo * outputs[params.output + id.x];
  if (params.cz != 0.0) {
    next += params.cz * step_noise(params.first + id.x);
  }
  states[params.to_state + id.x] = next;
}
