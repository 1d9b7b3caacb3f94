// Normals number start .. start + dim - 1 of particles 0 .. count - 1.
//
// params  group 0   NormalsParams
// normals group 1   [count, dim] f32
// Dispatch: ceil(count / (4 WORKGROUP_SIZE)) by ceil(dim / 4) workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct NormalsParams {
  seed: u32,
  stream: u32,
  start: u32,
  count: u32,        // particles
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: NormalsParams;
@group(1) @binding(0) var<storage, read_write> normals: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn rng_normals(@builtin(global_invocation_id) id: vec3u) {
  let local = 4u * id.x;
  if (local >= params.count) {
    return;
  }
  let key = vec2u(params.seed, params.stream);
  let particles = vec4u(local) + vec4u(0u, 1u, 2u, 3u);
  let noise = noise_quad(rng_row(particles, key), params.start + 4u * id.y, key);
  let z = mat4x4f(noise.z0, noise.z1, noise.z2, noise.z3);
  for (var i = 0u; i < 4u; i++) {
    for (var lane = 0u; lane < 4u; lane++) {
      if (4u * id.y + i < params.dim && local + lane < params.count) {
        normals[(local + lane) * params.dim + 4u * id.y + i] = z[i][lane];
      }
    }
  }
}
