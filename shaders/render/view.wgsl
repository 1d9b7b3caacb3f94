// Shared by all view shaders: the parameters of a draw and the way from a recorded particle to the canvas.
//
// params      one draw; layout mirrored by src/render/webgpu/view-params.ts
// projection  [2, dim] row-major: plot coordinate i = sum_j projection[i, j] x[j]
// cloud       [frames, particles, dim] recorded particles, as the engine left them

struct ViewParams {
  lo: vec2f,           // lower corner of the window, plot units
  hi: vec2f,           // upper corner
  size: vec2f,         // canvas, device pixels
  point_size: f32,     // diameter of a point, device pixels
  opacity: f32,
  rgb: vec3f,          // 0..1, not premultiplied
  peak: f32,           // density at full colour, 1/unit^2
  particles: u32,
  dim: u32,
  frame: u32,
  bins: u32,
}

@group(0) @binding(0) var<uniform> params: ViewParams;
@group(0) @binding(1) var<storage, read> projection: array<f32>;
@group(1) @binding(0) var<storage, read> cloud: array<f32>;

// Plot coordinates of a particle at a frame, on the unit square of the window: (0, 0) lower left, (1, 1) upper right.
fn view_unit(frame: u32, particle: u32) -> vec2f {
  let first = (frame * params.particles + particle) * params.dim;
  var p = vec2f(0.0);
  for (var j = 0u; j < params.dim; j++) {
    p += cloud[first + j] * vec2f(projection[j], projection[params.dim + j]);
  }
  return (p - params.lo) / (params.hi - params.lo);
}

// Clip coordinates of a point of the unit square.
fn view_clip(unit: vec2f) -> vec4f {
  return vec4f(2.0 * unit - 1.0, 0.0, 1.0);
}

// Colour of the sampler at an opacity, premultiplied.
fn view_colour(opacity: f32) -> vec4f {
  return vec4f(params.rgb * opacity, opacity);
}
