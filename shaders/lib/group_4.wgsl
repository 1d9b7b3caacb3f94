// Four components at a time; see group_2.wgsl.
const GROUP: u32 = 4u;

fn cloud_add_group(sums: CloudPosterior, cloud: Cloud, lift: CloudLanes, row: u32, alpha: f32) -> CloudPosterior {
  let with1 = cloud_add(sums, cloud, lift, row, alpha);
  let with2 = cloud_add(with1, cloud, lift, row + COMPONENT_ROWS, alpha);
  let with3 = cloud_add(with2, cloud, lift, row + 2u * COMPONENT_ROWS, alpha);
  return cloud_add(with3, cloud, lift, row + 3u * COMPONENT_ROWS, alpha);
}
