// Whole trajectories of particles in one or two dimensions under the exact score of a mixture, or under a linear chain
// (rows of its matrix in place of components), all N steps in one dispatch [Zhang22]. Each invocation carries CLOUD particles.
//
// params       group 0   ChainParams
// coefficients group 0   [N, 3] vec4: (cx, c0, cz, alpha), (ex, e0, ey, e1), (ez, alpha ahead); see StepCoefficients
// components   group 0   [N, STAGES, COMPONENTS, COMPONENT_ROWS] vec4, see points_1d.wgsl and points_2d.wgsl
// frames       group 0   [F] steps after which to keep the positions, 1 .. N, ascending
// kept         group 1   [F, rows, DIM] f32, or [1 + F, rows, DIM] where the prior is kept
// Dispatch: ceil(count / (CLOUD WORKGROUP_SIZE)) workgroups.

override WORKGROUP_SIZE: u32 = 64;
override COMPONENTS: u32 = 1;

struct ChainParams {
  basis: vec4f,      // rows of the matrix that turns chain coordinates into x
  first: u32,        // particle of invocation 0
  count: u32,        // particles of this dispatch
  base: u32,         // particle number of output row 0
  rows: u32,         // particles per frame of `kept`
  frames: u32,       // F
  keep_prior: u32,   // 1 to keep x[0] as a frame of its own, before the others
  seed: u32,
  prior_std: f32,    // standard deviation of x[0], data units
}

@group(0) @binding(0) var<uniform> params: ChainParams;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var<storage, read> components: array<vec4f>;
@group(0) @binding(3) var<storage, read> frames: array<u32>;
@group(1) @binding(0) var<storage, read_write> kept: array<f32>;

alias KeptLanes = Lanes;

// Steps that one block of four normals serves.
const BLOCK_STEPS: u32 = 4u / DIM;

fn frame_start(frame: u32, local: u32) -> u32 {
  return DIM * (frame * params.rows + params.first + local - params.base);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn mixture_chain(@builtin(global_invocation_id) id: vec3u) {
  let local = CLOUD * id.x;
  if (local >= params.count) {
    return;
  }
  let particle = params.first + local;
  var x = cloud_prior(particle, params.prior_std, vec2u(params.seed, PRIOR_STREAM));
  if (params.keep_prior != 0u) {
    cloud_keep(x, frame_start(0u, local), local);
  }
  if (params.frames == 0u) {
    return;
  }
  let key = vec2u(params.seed, STEP_STREAM);
  let rows = cloud_rows(particle, key);
  var k = 0u;
  var frame = 0u;
  loop {
    let stop = frames[frame];
    loop {
      let noise = cloud_block(rows, k / BLOCK_STEPS, key);
      loop {
        let c = coefficients[3u * k];
        let z = cloud_noise(noise, k);
        let clean = cloud_denoise(x, COMPONENT_ROWS * COMPONENTS * STAGES * k, c.w);
        let ahead = cloud_combine(c.x, x, c.y, clean, c.z, z);
        x = corrected(x, clean, ahead, z, k);
        k++;
        continuing {
          break if k == stop || k % BLOCK_STEPS == 0u;
        }
      }
      continuing {
        break if k == stop;
      }
    }
    cloud_keep(x, frame_start(params.keep_prior + frame, local), local);
    frame++;
    continuing {
      break if frame == params.frames;
    }
  }
}
