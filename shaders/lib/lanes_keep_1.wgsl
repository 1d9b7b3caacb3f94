// Writes a number of particle `local`, if it exists, to `kept` index `at`.
fn lanes_keep(value: KeptLanes, at: u32, stride: u32, local: u32) {
  if (local < params.count) {
    kept[at] = value;
  }
}
