// Four particles of a transition per invocation. Needs the kernel's quad_square.
fn transition_squares(first: u32, quad: u32, noise: NoiseBlock) -> Lanes {
  let z = transpose(mat4x4f(noise.z0, noise.z1, noise.z2, noise.z3));
  return vec4f(
    quad_square(first, quad, z[0]),
    quad_square(first + 1u, quad, z[1]),
    quad_square(first + 2u, quad, z[2]),
    quad_square(first + 3u, quad, z[3]),
  );
}

fn transition_write_lanes(first: u32, totals: Lanes, losts: Lanes) {
  transition_write(first, vec2f(totals.x, losts.x));
  transition_write(first + 1u, vec2f(totals.y, losts.y));
  transition_write(first + 2u, vec2f(totals.z, losts.z));
  transition_write(first + 3u, vec2f(totals.w, losts.w));
}
