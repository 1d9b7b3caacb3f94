// Counts the particles of one frame in bins x bins cells of the window. Integer atomics, so a frame repeats exactly.
// Follows view.wgsl.
//
// counts    [bins * bins] first plot coordinate fastest; cleared before
// dispatch  ceil(particles / WORKGROUP)

override WORKGROUP: u32 = 64u;

@group(2) @binding(0) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(WORKGROUP)
fn density_count(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.particles) {
    return;
  }
  let cell = floor(view_unit(params.frame, id.x) * f32(params.bins));
  let last = f32(params.bins) - 1.0;
  // Written so that a value that is not a number fails the test.
  if (cell.x >= 0.0 && cell.y >= 0.0 && cell.x <= last && cell.y <= last) {
    atomicAdd(&counts[u32(cell.y) * params.bins + u32(cell.x)], 1u);
  }
}
