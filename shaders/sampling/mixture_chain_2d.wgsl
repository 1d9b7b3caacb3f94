// Whole trajectories of two-dimensional particles under the exact score of a mixture, or under a linear chain (one
// component), all N steps in one dispatch [Zhang22]. Each invocation carries four particles.
//
// params       group 0   ChainParams
// coefficients group 0   [N, 2] vec4: (cx, c0, cz, ez), (ex, e0, ey, e1); see StepCoefficients
// components   group 0   [N, STAGES, COMPONENTS, 3] vec4, see mixture_2d.wgsl
// frames       group 0   [F] steps after which to keep the positions, 1 .. N, ascending
// positions    group 1   [F, rows, 2] f32, or [1 + F, rows, 2] where the prior is kept
// Dispatch: ceil(count / (4 WORKGROUP_SIZE)) workgroups.

override WORKGROUP_SIZE: u32 = 64;
override COMPONENTS: u32 = 1;

struct ChainParams {
  basis: vec4f,      // rows of the matrix that turns chain coordinates into x
  first: u32,        // particle of invocation 0, a multiple of 4
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `positions`
  frames: u32,       // F
  keep_prior: u32,   // 1 to keep x[0] as a frame of its own, before the others
  seed: u32,
  prior_std: f32,    // standard deviation of x[0], data units
}

@group(0) @binding(0) var<uniform> params: ChainParams;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read> components: array<vec4f>;
@group(0) @binding(3) var<storage, read> frames: array<u32>;
@group(1) @binding(0) var<storage, read_write> positions: array<f32>;

fn keep(point: Points, frame: u32, local: u32) {
  let x = params.basis.x * point.x + params.basis.y * point.y;
  let y = params.basis.z * point.x + params.basis.w * point.y;
  let at = 2u * (frame * params.rows + params.first + local - params.base);
  positions[at] = x.x;
  positions[at + 1u] = y.x;
  if (local + 1u < params.count) {
    positions[at + 2u] = x.y;
    positions[at + 3u] = y.y;
  }
  if (local + 2u < params.count) {
    positions[at + 4u] = x.z;
    positions[at + 5u] = y.z;
  }
  if (local + 3u < params.count) {
    positions[at + 6u] = x.w;
    positions[at + 7u] = y.w;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn mixture_chain_2d(@builtin(global_invocation_id) id: vec3u) {
  let local = 4u * id.x;
  if (local >= params.count) {
    return;
  }
  let particles = vec4u(params.first + local) + vec4u(0u, 1u, 2u, 3u);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  let prior_words = rng_block(rng_row(particles, prior_key), 0u, prior_key);
  let prior = normal_pair(prior_words.w0, prior_words.w1);
  var point = Points(params.prior_std * prior.z0, params.prior_std * prior.z1);
  if (params.keep_prior != 0u) {
    keep(point, 0u, local);
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
      let noise = noise_block(row, k >> 1u, key); // serves two steps
      loop {
        let odd = vec4<bool>((k & 1u) == 1u);
        let z = Points(select(noise.z0, noise.z2, odd), select(noise.z1, noise.z3, odd));
        let c = coefficients[2u * k];
        let clean = mixture_denoise(point, 3u * COMPONENTS * STAGES * k);
        let ahead = Points(c.x * point.x + c.y * clean.x + c.z * z.x, c.x * point.y + c.y * clean.y + c.z * z.y);
        point = corrected(point, clean, ahead, z, c.w, k);
        k++;
        continuing {
          break if k == stop || (k & 1u) == 0u;
        }
      }
      continuing {
        break if k == stop;
      }
    }
    keep(point, params.keep_prior + frame, local);
    frame++;
    continuing {
      break if frame == params.frames;
    }
  }
}
