// Denoised prediction E[x_0 | x_t] of a mixture, by a soft maximum whose bound is known in advance: the greatest
// level is at most 64, so no weight overflows. first: index of
// the step's first row.

// Below this total, weights have lost digits to underflow and are taken again about their own maximum.
const POSTERIOR_FAINT: Lanes = Lanes(1.2621774e-29); // 2^-96

fn posterior_lift(sums: Posterior, lift: Lanes) -> Lanes {
  let faint = (sums.weight < POSTERIOR_FAINT) & (lift == Lanes(0.0));
  return select(lift, 64.0 - sums.top, faint);
}

// The outer loop comes round a second time only for points more than 14 standard deviations from every component. Loops
// test at their end: a software adapter runs a loop's body once more with all lanes off instead of jumping over it.
fn cloud_denoise(cloud: Cloud, first: u32, alpha: f32) -> Cloud {
  var lift = cloud_no_lift();
  var sums: CloudPosterior;
  let end = first + COMPONENT_ROWS * COMPONENTS;
  loop {
    sums = cloud_no_posterior();
    var row = first;
    loop {
      sums = cloud_add(sums, cloud, lift, row, alpha);
      continuing {
        row += COMPONENT_ROWS;
        break if row == end;
      }
    }
    let before = lift;
    lift = cloud_lift(sums, lift);
    continuing {
      break if cloud_settled(before, lift);
    }
  }
  return cloud_mean(sums);
}
