// Compensated sums of the lanes of a Lanes; see sums.wgsl.
struct SumsLanes {
  total: Lanes,
  lost: Lanes,
}

fn sums_lanes_opaque(value: Lanes, zero: u32) -> Lanes {
  return bitcast<Lanes>(bitcast<LanesU>(value) ^ LanesU(zero));
}

fn sums_lanes_add(sum: SumsLanes, value: Lanes, zero: u32) -> SumsLanes {
  let total = sums_lanes_opaque(sum.total + value, zero);
  let part = sums_lanes_opaque(total - sum.total, zero);
  let lost = (sum.total - sums_lanes_opaque(total - part, zero)) + (value - part);
  return SumsLanes(total, sum.lost + lost);
}
