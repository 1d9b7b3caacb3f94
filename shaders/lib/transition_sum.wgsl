// Sums over a workgroup of LANES invocations per LANES_PER_POINT particles by a fixed tree, and the resulting log densities. 
// Needs the kernel's `log_probs`, `mean_log_probs`, LANES and GROUP_SIZE.

var<workgroup> transition_totals: array<Lanes, GROUP_SIZE>;
var<workgroup> transition_losts: array<Lanes, GROUP_SIZE>;

// squares: this invocation's share for its particles. Every invocation of the workgroup must call this.
fn transition_finish(squares: SumsLanes, local: u32, lane: u32, first: u32) {
  transition_totals[local] = squares.total;
  transition_losts[local] = squares.lost;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) {
      let mine = SumsLanes(transition_totals[local], transition_losts[local]);
      let sum = sums_lanes_add(mine, transition_totals[local + half], params.zero);
      transition_totals[local] = sum.total;
      transition_losts[local] = sum.lost + transition_losts[local + half];
    }
  }
  if (lane == 0u) {
    transition_write_lanes(first, transition_totals[local], transition_losts[local]);
  }
}

fn transition_write(particle: u32, square: vec2f) {
  if (particle >= params.particles) {
    return;
  }
  var log_prob = vec2f(0.0);
  if (params.accumulate != 0u) {
    log_prob = log_probs[particle];
  }
  if (params.per_tau != 0.0) {
    log_prob = sums_merge(log_prob, params.constant, params.zero);
    log_prob = sums_merge(log_prob, -0.5 * square, params.zero);
  }
  log_probs[particle] = log_prob;
  mean_log_probs[particle] = (log_prob.x + log_prob.y) / f32(params.dim);
}
