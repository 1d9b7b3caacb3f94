// The particles of one invocation: one Points, four lanes on a GPU. Same functions and results as cloud_4.wgsl.
struct Cloud {
  a: Points,
}

struct CloudRows {
  a: RngRow,
}

struct CloudNoise {
  a: NoiseBlock,
}

struct CloudPosterior {
  a: Posterior,
}

struct CloudLanes {
  a: Lanes,
}

const CLOUD: u32 = 1u * LANES_PER_POINT;

fn cloud_rows(particle: u32, key: vec2u) -> CloudRows {
  return CloudRows(rng_row(lanes_particles(particle), key));
}

fn cloud_block(rows: CloudRows, block: u32, key: vec2u) -> CloudNoise {
  return CloudNoise(noise_block(rows.a, block, key));
}

fn cloud_prior(particle: u32, deviation: f32, key: vec2u) -> Cloud {
  let rows = cloud_rows(particle, key);
  let z = Cloud(points_noise(prior_block(rows.a, 0u, key), 0u));
  return cloud_combine(deviation, z, 0.0, z, 0.0, z);
}

fn cloud_noise(noise: CloudNoise, k: u32) -> Cloud {
  return Cloud(points_noise(noise.a, k));
}

// p x + q y + r z
fn cloud_combine(p: f32, x: Cloud, q: f32, y: Cloud, r: f32, z: Cloud) -> Cloud {
  return Cloud(points_combine(p, x.a, q, y.a, r, z.a));
}

fn cloud_keep(cloud: Cloud, at: u32, local: u32) {
  points_keep(cloud.a, at, local);
}

fn cloud_affine(cloud: Cloud, row: u32) -> Cloud {
  return Cloud(points_affine(cloud.a, row));
}

fn cloud_lanes(value: f32) -> CloudLanes {
  return CloudLanes(Lanes(value));
}

// The sums with the component at `row` added.
fn cloud_add(sums: CloudPosterior, cloud: Cloud, lift: CloudLanes, row: u32, alpha: f32) -> CloudPosterior {
  let c = component_at(row, alpha);
  return CloudPosterior(posterior_add(sums.a, cloud.a, lift.a, c));
}

// The greater of `top` and the levels of the component at `row`.
fn cloud_top(top: CloudLanes, cloud: Cloud, row: u32, alpha: f32) -> CloudLanes {
  let c = component_at(row, alpha);
  return CloudLanes(lanes_greater(top.a, component_level(cloud.a, c)));
}

// New lifts for the lanes whose weights are too faint; the others keep theirs, and with it their sums bit for bit.
fn cloud_lift(lift: CloudLanes, sums: CloudPosterior, top: CloudLanes) -> CloudLanes {
  return CloudLanes(posterior_lift(lift.a, sums.a.weight, top.a));
}

// True if some lane has weights too faint, for the first time.
fn cloud_faint(lift: CloudLanes, sums: CloudPosterior) -> bool {
  return any(posterior_faint(lift.a, sums.a.weight));
}

fn cloud_mean(sums: CloudPosterior) -> Cloud {
  return Cloud(posterior_mean(sums.a));
}
