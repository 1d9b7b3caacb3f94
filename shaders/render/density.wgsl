// Shows the counted cells: opacity sqrt(density / peak), so that thin regions stay visible. Follows view.wgsl.
//
// counts  [bins * bins] from density_count.wgsl
// Draw: 3 vertices, one triangle over the canvas.

@group(2) @binding(0) var<storage, read> counts: array<u32>;

struct ScreenVertex {
  @builtin(position) position: vec4f,
  @location(0) unit: vec2f,
}

@vertex
fn density_vertex(@builtin(vertex_index) vertex: u32) -> ScreenVertex {
  let unit = vec2f(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0;
  var out: ScreenVertex;
  out.position = view_clip(unit);
  out.unit = unit;
  return out;
}

@fragment
fn density_fragment(in: ScreenVertex) -> @location(0) vec4f {
  let last = params.bins - 1u;
  let cell = min(vec2u(clamp(in.unit, vec2f(0.0), vec2f(1.0)) * f32(params.bins)), vec2u(last));
  let extent = params.hi - params.lo;
  let cell_area = extent.x * extent.y / f32(params.bins * params.bins);
  let density = f32(counts[cell.y * params.bins + cell.x]) / (f32(params.particles) * cell_area);
  return view_colour(0.95 * sqrt(clamp(density / params.peak, 0.0, 1.0)));
}
