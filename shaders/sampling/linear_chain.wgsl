// Whole trajectories of diagonal linear chains, y <- A y + b + noise z per coordinate, all N steps in one dispatch.
// Each invocation carries four coordinates of four particles.
//
// params       group 0   LinearParams
// coefficients group 0   [N, QUADS, 3] vec4: A, b, noise of four coordinates
// frames       group 0   [F] steps after which to keep the states, 1 .. N, ascending
// states       group 1   [F, rows, dim] f32, or [1 + F, rows, dim] where the prior is kept
// Dispatch: ceil(count / (4 WORKGROUP_SIZE)) by QUADS workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct LinearParams {
  first: u32,        // particle of invocation 0, a multiple of 4
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `states`
  dim: u32,          // d
  quads: u32,        // ceil(d / 4)
  frames: u32,       // F
  keep_prior: u32,   // 1 to keep y[0] as a frame of its own, before the others
  seed: u32,
  prior_std: f32,    // standard deviation of y[0], data units
}

@group(0) @binding(0) var<uniform> params: LinearParams;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read> frames: array<u32>;
@group(1) @binding(0) var<storage, read_write> states: array<f32>;

// y[i] holds coordinate 4 quad + i of the four particles.
fn keep(y: mat4x4f, frame: u32, local: u32, quad: u32) {
  for (var i = 0u; i < 4u; i++) {
    let coordinate = 4u * quad + i;
    if (coordinate < params.dim) {
      for (var lane = 0u; lane < 4u; lane++) {
        if (local + lane < params.count) {
          let row = frame * params.rows + params.first + local + lane - params.base;
          states[row * params.dim + coordinate] = y[i][lane];
        }
      }
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_chain(@builtin(global_invocation_id) id: vec3u) {
  let local = 4u * id.x;
  let quad = id.y;
  if (local >= params.count) {
    return;
  }
  let particles = vec4u(params.first + local) + vec4u(0u, 1u, 2u, 3u);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  let prior = noise_block(rng_row(particles, prior_key), quad, prior_key);
  var y = params.prior_std * mat4x4f(prior.z0, prior.z1, prior.z2, prior.z3);
  if (params.keep_prior != 0u) {
    keep(y, 0u, local, quad);
  }
  let key = vec2u(params.seed, STEP_STREAM);
  let row = rng_row(particles, key);
  var k = 0u;
  for (var frame = 0u; frame < params.frames; frame++) {
    for (; k < frames[frame]; k++) {
      let at = 3u * (k * params.quads + quad);
      let a = coefficients[at];
      let b = coefficients[at + 1u];
      let c = coefficients[at + 2u];
      let z = noise_quad(row, k * params.dim + 4u * quad, key);
      y = mat4x4f(
        a.x * y[0] + b.x + c.x * z.z0,
        a.y * y[1] + b.y + c.y * z.z1,
        a.z * y[2] + b.z + c.z * z.z2,
        a.w * y[3] + b.w + c.w * z.z3,
      );
    }
    keep(y, params.keep_prior + frame, local, quad);
  }
}
