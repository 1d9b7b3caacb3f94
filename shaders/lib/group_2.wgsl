// Two components at a time: sums that pass from one turn of a loop to the next cost a software adapter dear.
const GROUP: u32 = 2u;

fn cloud_add_group(sums: CloudPosterior, cloud: Cloud, lift: CloudLanes, row: u32, alpha: f32) -> CloudPosterior {
  let with1 = cloud_add(sums, cloud, lift, row, alpha);
  return cloud_add(with1, cloud, lift, row + COMPONENT_ROWS, alpha);
}
