// Four quads of `source` from `at` on, as columns: each invocation loads them itself, the same for its neighbours.
fn four_quads(at: u32, lane: u32) -> mat4x4f {
  return mat4x4f(source[at], source[at + 1u], source[at + 2u], source[at + 3u]);
}
