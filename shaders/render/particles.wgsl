// One disc per particle of a frame, alpha-blended, straight from the engine's buffer. Follows view.wgsl.
// Draw: 4 vertices (triangle strip) x particles instances.

struct DiscVertex {
  @builtin(position) position: vec4f,
  @location(0) corner: vec2f,
}

@vertex
fn particles_vertex(@builtin(vertex_index) vertex: u32, @builtin(instance_index) particle: u32) -> DiscVertex {
  let corner = vec2f(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
  let centre = view_clip(view_unit(params.frame, particle));
  var out: DiscVertex;
  out.position = vec4f(centre.xy + corner * (params.point_size + 1.0) / params.size, 0.0, 1.0);
  out.corner = corner * (params.point_size + 1.0) * 0.5;
  return out;
}

@fragment
fn particles_fragment(in: DiscVertex) -> @location(0) vec4f {
  // One pixel of soft rim in place of multisampling.
  let cover = clamp(0.5 * params.point_size - length(in.corner) + 0.5, 0.0, 1.0);
  return view_colour(params.opacity * cover);
}
