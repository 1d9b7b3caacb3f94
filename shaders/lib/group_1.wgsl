// One component at a time, for a single one.
const GROUP: u32 = 1u;

fn cloud_add_group(sums: CloudPosterior, cloud: Cloud, lift: CloudLanes, row: u32, alpha: f32) -> CloudPosterior {
  return cloud_add(sums, cloud, lift, row, alpha);
}
