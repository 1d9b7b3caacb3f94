enable subgroups;
// Neighbours leave a kernel by fours, since each width has a multiple of four lanes: the quad that shares is always whole.
diagnostic(off, subgroup_uniformity);

// Four quads of `source` from `at` on, as columns: of four neighbours, which ask for the same ones, each loads one. For adapters on which
// a load costs as much as many sums.
fn four_quads(at: u32, lane: u32) -> mat4x4f {
  let own = source[at + lane % 4u];
  return mat4x4f(
    quadBroadcast(own, 0u),
    quadBroadcast(own, 1u),
    quadBroadcast(own, 2u),
    quadBroadcast(own, 3u),
  );
}
