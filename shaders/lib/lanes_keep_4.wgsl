// Writes one number of each of the particles local .. local + 3, those that exist, to `kept` from index `at` on.
fn lanes_keep(values: KeptLanes, at: u32, stride: u32, local: u32) {
  if (local < params.count) {
    kept[at] = values.x;
  }
  if (local + 1u < params.count) {
    kept[at + stride] = values.y;
  }
  if (local + 2u < params.count) {
    kept[at + 2u * stride] = values.z;
  }
  if (local + 3u < params.count) {
    kept[at + 3u * stride] = values.w;
  }
}
