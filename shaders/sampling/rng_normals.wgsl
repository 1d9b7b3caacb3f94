// Normals number start .. start + dim - 1 of particles 0 .. count - 1.
//
// params group 0   NormalsParams
// kept   group 1   [count, dim] f32
// Dispatch: ceil(count / (LANES_PER_POINT WORKGROUP_SIZE)) by ceil(dim / 4) workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct NormalsParams {
  seed: u32,
  stream: u32,
  start: u32,
  count: u32,        // particles
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: NormalsParams;
@group(1) @binding(0) var<storage, read_write> kept: array<f32>;

alias KeptLanes = Lanes;

@compute @workgroup_size(WORKGROUP_SIZE)
fn rng_normals(@builtin(global_invocation_id) id: vec3u) {
  let local = LANES_PER_POINT * id.x;
  let first = 4u * id.y;
  if (local >= params.count) {
    return;
  }
  let key = vec2u(params.seed, params.stream);
  let noise = noise_quad(rng_row(lanes_particles(local), key), params.start + first, key);
  let at = local * params.dim + first;
  lanes_keep(noise.z0, at, params.dim, local);
  if (first + 1u < params.dim) {
    lanes_keep(noise.z1, at + 1u, params.dim, local);
  }
  if (first + 2u < params.dim) {
    lanes_keep(noise.z2, at + 2u, params.dim, local);
  }
  if (first + 3u < params.dim) {
    lanes_keep(noise.z3, at + 3u, params.dim, local);
  }
}
