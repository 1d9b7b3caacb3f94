// Weights of a mixture's posterior that have become too faint, and what to raise them by.

// Below this total, weights have lost digits to underflow and are taken again about their own maximum.
const POSTERIOR_FAINT: Lanes = Lanes(1.2621774e-29); // 2^-96

fn posterior_faint(lift: Lanes, weight: Lanes) -> LanesB {
  return (weight < POSTERIOR_FAINT) & (lift == Lanes(0.0));
}

fn posterior_lift(lift: Lanes, weight: Lanes, top: Lanes) -> Lanes {
  return select(lift, 64.0 - top, posterior_faint(lift, weight));
}

fn lanes_greater(a: Lanes, b: Lanes) -> Lanes {
  return select(a, b, b > a);
}
