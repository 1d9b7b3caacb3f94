// Whole trajectories of diagonal linear chains, y <- A y + b + noise z per coordinate, all N steps in one dispatch.
// Each invocation carries four coordinates of LANES_PER_POINT particles.
//
// params       group 0   LinearParams
// coefficients group 0   [N, QUADS, 3] vec4: A, b, noise of four coordinates
// frames       group 0   [F] steps after which to keep the states, 1 .. N, ascending
// kept         group 1   [F, rows, dim] f32, or [1 + F, rows, dim] where the prior is kept
// Dispatch: ceil(count / (LANES_PER_POINT WORKGROUP_SIZE)) by QUADS workgroups.

override WORKGROUP_SIZE: u32 = 64;

struct LinearParams {
  first: u32,        // particle of invocation 0
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `kept`
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
@group(1) @binding(0) var<storage, read_write> kept: array<f32>;

alias KeptLanes = Lanes;

// y.z0 .. y.z3 are coordinates 4 quad .. 4 quad + 3.
fn keep_quad(y: NoiseBlock, frame: u32, local: u32, quad: u32) {
  let at = (frame * params.rows + params.first + local - params.base) * params.dim + 4u * quad;
  lanes_keep(y.z0, at, params.dim, local);
  if (4u * quad + 1u < params.dim) {
    lanes_keep(y.z1, at + 1u, params.dim, local);
  }
  if (4u * quad + 2u < params.dim) {
    lanes_keep(y.z2, at + 2u, params.dim, local);
  }
  if (4u * quad + 3u < params.dim) {
    lanes_keep(y.z3, at + 3u, params.dim, local);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn linear_chain(@builtin(global_invocation_id) id: vec3u) {
  let local = LANES_PER_POINT * id.x;
  let quad = id.y;
  if (local >= params.count) {
    return;
  }
  let particles = lanes_particles(params.first + local);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  let prior = noise_block(rng_row(particles, prior_key), quad, prior_key);
  let scale = params.prior_std;
  var y = NoiseBlock(scale * prior.z0, scale * prior.z1, scale * prior.z2, scale * prior.z3);
  if (params.keep_prior != 0u) {
    keep_quad(y, 0u, local, quad);
  }
  if (params.frames == 0u) {
    return;
  }
  let key = vec2u(params.seed, STEP_STREAM);
  let row = rng_row(particles, key);
  var k = 0u;
  var frame = 0u;
  loop {
    let stop = frames[frame];
    loop {
      let at = 3u * (k * params.quads + quad);
      let a = coefficients[at];
      let b = coefficients[at + 1u];
      let c = coefficients[at + 2u];
      let z = noise_quad(row, k * params.dim + 4u * quad, key);
      y = NoiseBlock(
        a.x * y.z0 + b.x + c.x * z.z0,
        a.y * y.z1 + b.y + c.y * z.z1,
        a.z * y.z2 + b.z + c.z * z.z2,
        a.w * y.z3 + b.w + c.w * z.z3,
      );
      k++;
      continuing {
        break if k == stop;
      }
    }
    keep_quad(y, params.keep_prior + frame, local, quad);
    frame++;
    continuing {
      break if frame == params.frames;
    }
  }
}
