// One particle of a transition per invocation. Needs the kernel's quad_square.
fn transition_squares(first: u32, quad: u32, noise: NoiseBlock) -> Lanes {
  return quad_square(first, quad, vec4f(noise.z0, noise.z1, noise.z2, noise.z3));
}

fn transition_write_lanes(first: u32, total: Lanes, lost: Lanes) {
  transition_write(first, vec2f(total, lost));
}
