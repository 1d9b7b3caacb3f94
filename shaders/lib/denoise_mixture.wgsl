// Denoised prediction E[x_0 | x_t] of a mixture, by a soft maximum whose bound is known in advance: the greatest level is
// at most 64, so no weight overflows. Needs cloud_add_group; COMPONENTS is a multiple of its GROUP.

// first: index of the step's first row. The outer loop comes round a second time only for points more than 14 standard
// deviations from every component; until then the search for the greatest level ends after one component. Loops test at
// their end: a software adapter runs a loop's body once more with all lanes off instead of jumping over it.
fn cloud_denoise(cloud: Cloud, first: u32, alpha: f32) -> Cloud {
  let end = first + COMPONENT_ROWS * COMPONENTS;
  var lift = cloud_lanes(0.0);
  var sums: CloudPosterior;
  loop {
    var none: CloudPosterior;
    sums = none;
    var row = first;
    loop {
      sums = cloud_add_group(sums, cloud, lift, row, alpha);
      continuing {
        row += GROUP * COMPONENT_ROWS;
        break if row == end;
      }
    }
    let faint = cloud_faint(lift, sums);
    var top = cloud_lanes(-3.0e38);
    row = first;
    loop {
      top = cloud_top(top, cloud, row, alpha);
      continuing {
        row += COMPONENT_ROWS;
        break if !faint || row == end;
      }
    }
    lift = cloud_lift(lift, sums, top);
    continuing {
      break if !faint;
    }
  }
  return cloud_mean(sums);
}
