// Whole trajectories of dense linear chains, y <- A y + b + noise z, d <= 64, all N steps in one dispatch. A workgroup
// keeps the states of LANES_PER_POINT GROUPS particles in its memory; each invocation makes four coordinates.
//
// params       group 0   LinearParams
// coefficients group 0   [N, QUADS, 4 QUADS] vec4: column j of A for four rows; then [N, QUADS] b; then [N, QUADS, 4 QUADS] noise
// frames       group 0   [F] steps after which to keep the states, 1 .. N, ascending
// kept         group 1   [F, rows, dim] f32, or [1 + F, rows, dim] where the prior is kept
// Dispatch: ceil(count / (LANES_PER_POINT GROUPS)) workgroups.

override QUADS: u32 = 1;
override GROUPS: u32 = 16;
override CELLS: u32 = 64; // 4 QUADS GROUPS

struct LinearParams {
  first: u32,        // particle of workgroup 0
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `kept`
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
@group(1) @binding(0) var<storage, read_write> kept: array<f32>;

alias KeptLanes = Lanes;

// [4 QUADS, GROUPS], coordinate by coordinate.
var<workgroup> y: array<Lanes, CELLS>;
var<workgroup> z: array<Lanes, CELLS>;

fn keep_quad(frame: u32, local: u32, group: u32, quad: u32) {
  let row = frame * params.rows + params.first + local - params.base;
  for (var i = 4u * quad; i < min(4u * quad + 4u, params.dim); i++) {
    lanes_keep(y[i * GROUPS + group], row * params.dim + i, params.dim, local);
  }
}

fn put(noise: NoiseBlock, scale: f32, own: u32) {
  z[own] = scale * noise.z0;
  z[own + GROUPS] = scale * noise.z1;
  z[own + 2u * GROUPS] = scale * noise.z2;
  z[own + 3u * GROUPS] = scale * noise.z3;
}

@compute @workgroup_size(GROUPS, QUADS)
fn linear_chain_dense(@builtin(local_invocation_id) id: vec3u, @builtin(workgroup_id) workgroup: vec3u) {
  let group = id.x;
  let quad = id.y;
  let own = 4u * quad * GROUPS + group;
  let local = LANES_PER_POINT * (workgroup.x * GROUPS + group);
  let particles = lanes_particles(params.first + local);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  put(noise_block(rng_row(particles, prior_key), quad, prior_key), params.prior_std, own);
  for (var i = 0u; i < 4u; i++) {
    y[own + i * GROUPS] = z[own + i * GROUPS];
  }
  if (params.keep_prior != 0u) {
    keep_quad(0u, local, group, quad);
  }
  let key = vec2u(params.seed, STEP_STREAM);
  let row = rng_row(particles, key);
  let offsets = params.steps * QUADS * 4u * QUADS;
  let noises = offsets + params.steps * QUADS;
  var k = 0u;
  for (var frame = 0u; frame < params.frames; frame++) {
    for (; k < frames[frame]; k++) {
      put(noise_quad(row, k * params.dim + 4u * quad, key), 1.0, own);
      workgroupBarrier();
      let b = coefficients[offsets + k * QUADS + quad];
      var next = NoiseBlock(Lanes(b.x), Lanes(b.y), Lanes(b.z), Lanes(b.w));
      let first = (k * QUADS + quad) * 4u * QUADS;
      for (var j = 0u; j < 4u * QUADS; j++) {
        let a = coefficients[first + j];
        let n = coefficients[noises + first + j];
        let yj = y[j * GROUPS + group];
        let zj = z[j * GROUPS + group];
        next.z0 += a.x * yj + n.x * zj;
        next.z1 += a.y * yj + n.y * zj;
        next.z2 += a.z * yj + n.z * zj;
        next.z3 += a.w * yj + n.w * zj;
      }
      workgroupBarrier();
      y[own] = next.z0;
      y[own + GROUPS] = next.z1;
      y[own + 2u * GROUPS] = next.z2;
      y[own + 3u * GROUPS] = next.z3;
    }
    keep_quad(params.keep_prior + frame, local, group, quad);
  }
}
