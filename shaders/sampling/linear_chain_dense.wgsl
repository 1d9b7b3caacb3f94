// Whole trajectories of dense linear chains, y <- A y + b + noise z, d <= 64, all N steps in one dispatch. A workgroup
// keeps the states of 4 GROUPS particles in its memory; each invocation makes four coordinates of four particles.
//
// params       group 0   LinearParams
// coefficients group 0   [N, QUADS, 4 QUADS] vec4: column j of A for four rows; then [N, QUADS] b; then [N, QUADS, 4 QUADS] noise
// frames       group 0   [F] steps after which to keep the states, 1 .. N, ascending
// states       group 1   [F, rows, dim] f32, or [1 + F, rows, dim] where the prior is kept
// Dispatch: ceil(count / (4 GROUPS)) workgroups.

override QUADS: u32 = 1;
override GROUPS: u32 = 16;
override CELLS: u32 = 64; // 4 QUADS GROUPS

struct LinearParams {
  first: u32,        // particle of workgroup 0, a multiple of 4
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `states`
  dim: u32,          // d
  steps: u32,        // N
  frames: u32,       // F
  keep_prior: u32,   // 1 to keep y[0] as a frame of its own, before the others
  seed: u32,
  prior_std: f32,    // standard deviation of y[0], data units
}

@group(0) @binding(0) var<uniform> params: LinearParams;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read> frames: array<u32>;
@group(1) @binding(0) var<storage, read_write> states: array<f32>;

// [4 QUADS, GROUPS]: coordinate by coordinate, four particles each.
var<workgroup> y: array<vec4f, CELLS>;
var<workgroup> z: array<vec4f, CELLS>;

fn keep(frame: u32, local: u32, group: u32, quad: u32) {
  for (var i = 4u * quad; i < min(4u * quad + 4u, params.dim); i++) {
    for (var lane = 0u; lane < 4u; lane++) {
      if (local + lane < params.count) {
        let row = frame * params.rows + params.first + local + lane - params.base;
        states[row * params.dim + i] = y[i * GROUPS + group][lane];
      }
    }
  }
}

fn put(noise: NoiseBlock, scale: f32, quad: u32, group: u32) {
  let at = 4u * quad * GROUPS + group;
  z[at] = scale * noise.z0;
  z[at + GROUPS] = scale * noise.z1;
  z[at + 2u * GROUPS] = scale * noise.z2;
  z[at + 3u * GROUPS] = scale * noise.z3;
}

@compute @workgroup_size(GROUPS, QUADS)
fn linear_chain_dense(@builtin(local_invocation_id) id: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let group = id.x;
  let quad = id.y;
  let local = 4u * (workgroup.x * GROUPS + group);
  let particles = vec4u(params.first + local) + vec4u(0u, 1u, 2u, 3u);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  put(noise_block(rng_row(particles, prior_key), quad, prior_key), params.prior_std, quad, group);
  let own = 4u * quad * GROUPS + group;
  for (var i = 0u; i < 4u; i++) {
    y[own + i * GROUPS] = z[own + i * GROUPS];
  }
  if (params.keep_prior != 0u) {
    keep(0u, local, group, quad);
  }
  let key = vec2u(params.seed, STEP_STREAM);
  let row = rng_row(particles, key);
  let offsets = params.steps * QUADS * 4u * QUADS;
  let noises = offsets + params.steps * QUADS;
  var k = 0u;
  for (var frame = 0u; frame < params.frames; frame++) {
    for (; k < frames[frame]; k++) {
      put(noise_quad(row, k * params.dim + 4u * quad, key), 1.0, quad, group);
      workgroupBarrier();
      let b = coefficients[offsets + k * QUADS + quad];
      var next = mat4x4f(vec4f(b.x), vec4f(b.y), vec4f(b.z), vec4f(b.w));
      let first = (k * QUADS + quad) * 4u * QUADS;
      for (var j = 0u; j < 4u * QUADS; j++) {
        let a = coefficients[first + j];
        let n = coefficients[noises + first + j];
        let yj = y[j * GROUPS + group];
        let zj = z[j * GROUPS + group];
        next[0] += a.x * yj + n.x * zj;
        next[1] += a.y * yj + n.y * zj;
        next[2] += a.z * yj + n.z * zj;
        next[3] += a.w * yj + n.w * zj;
      }
      workgroupBarrier();
      for (var i = 0u; i < 4u; i++) {
        y[own + i * GROUPS] = next[i];
      }
    }
    keep(params.keep_prior + frame, local, group, quad);
  }
}
