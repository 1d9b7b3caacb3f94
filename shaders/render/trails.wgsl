// Paths of the first particles from frame 0 to the present one, as thin quads. Follows view.wgsl.
// Draw: 4 vertices (triangle strip) x (trails * frame) instances; instance = trail * frame + piece.

struct TrailVertex {
  @builtin(position) position: vec4f,
  @location(0) across: f32,
}

@vertex
fn trails_vertex(@builtin(vertex_index) vertex: u32, @builtin(instance_index) piece: u32) -> TrailVertex {
  let particle = piece / params.frame;
  let frame = piece % params.frame;
  let a = view_unit(frame, particle) * params.size;
  let b = view_unit(frame + 1u, particle) * params.size;
  let along = b - a;
  let reach = max(length(along), 1e-6);
  let normal = vec2f(-along.y, along.x) / reach;
  let side = f32(vertex & 1u) * 2.0 - 1.0;
  let point = select(a, b, vertex >= 2u) + normal * side * params.point_size;
  var out: TrailVertex;
  out.position = view_clip(point / params.size);
  out.across = side * params.point_size;
  return out;
}

@fragment
fn trails_fragment(in: TrailVertex) -> @location(0) vec4f {
  let cover = clamp(0.5 * params.point_size - abs(in.across) + 0.5, 0.0, 1.0);
  return view_colour(params.opacity * cover);
}
