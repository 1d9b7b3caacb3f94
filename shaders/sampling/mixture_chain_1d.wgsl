// Whole trajectories of one-dimensional particles under the exact score of a mixture, or under a linear chain (one
// component), all N steps in one dispatch [Zhang22]. Each invocation carries four particles.
//
// params       group 0   ChainParams
// coefficients group 0   [N, 2] vec4: (cx, c0, cz, ez), (ex, e0, ey, e1); see StepCoefficients
// components   group 0   [N, STAGES, COMPONENTS, 2] vec4, see mixture_1d.wgsl
// frames       group 0   [F] steps after which to keep the positions, 1 .. N, ascending
// positions    group 1   [F, rows] f32, or [1 + F, rows] where the prior is kept
// Dispatch: ceil(count / (4 WORKGROUP_SIZE)) workgroups.

override WORKGROUP_SIZE: u32 = 64;
override COMPONENTS: u32 = 1;

struct ChainParams {
  basis: vec4f,      // basis.x turns chain coordinates into x
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

fn keep(point: vec4f, frame: u32, local: u32) {
  let x = params.basis.x * point;
  let at = frame * params.rows + params.first + local - params.base;
  positions[at] = x.x;
  if (local + 1u < params.count) {
    positions[at + 1u] = x.y;
  }
  if (local + 2u < params.count) {
    positions[at + 2u] = x.z;
  }
  if (local + 3u < params.count) {
    positions[at + 3u] = x.w;
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn mixture_chain_1d(@builtin(global_invocation_id) id: vec3u) {
  let local = 4u * id.x;
  if (local >= params.count) {
    return;
  }
  let particles = vec4u(params.first + local) + vec4u(0u, 1u, 2u, 3u);
  let prior_key = vec2u(params.seed, PRIOR_STREAM);
  let prior_words = rng_block(rng_row(particles, prior_key), 0u, prior_key);
  var x = params.prior_std * normal_pair(prior_words.w0, prior_words.w1).z0;
  if (params.keep_prior != 0u) {
    keep(x, 0u, local);
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
      let noise = noise_block(row, k >> 2u, key); // serves four steps
      loop {
        let lane = k & 3u;
        let z = select(
          select(noise.z0, noise.z1, vec4<bool>(lane == 1u)),
          select(noise.z2, noise.z3, vec4<bool>(lane == 3u)),
          vec4<bool>(lane > 1u),
        );
        let c = coefficients[2u * k];
        let clean = mixture_denoise(x, 2u * COMPONENTS * STAGES * k);
        let ahead = c.x * x + c.y * clean + c.z * z;
        x = corrected(x, clean, ahead, z, c.w, k);
        k++;
        continuing {
          break if k == stop || (k & 3u) == 0u;
        }
      }
      continuing {
        break if k == stop;
      }
    }
    keep(x, params.keep_prior + frame, local);
    frame++;
    continuing {
      break if frame == params.frames;
    }
  }
}
