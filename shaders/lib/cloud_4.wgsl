// The particles of one invocation: four Points, for software adapters, where reading a component costs as much as using it
// on several particles. Written out, since an array indexed by a variable would go through slow memory. Same functions and
// results as cloud_1.wgsl.
struct Cloud {
  a: Points,
  b: Points,
  c: Points,
  d: Points,
}

struct CloudRows {
  a: RngRow,
  b: RngRow,
  c: RngRow,
  d: RngRow,
}

struct CloudNoise {
  a: NoiseBlock,
  b: NoiseBlock,
  c: NoiseBlock,
  d: NoiseBlock,
}

struct CloudPosterior {
  a: Posterior,
  b: Posterior,
  c: Posterior,
  d: Posterior,
}

struct CloudLanes {
  a: Lanes,
  b: Lanes,
  c: Lanes,
  d: Lanes,
}

const CLOUD: u32 = 4u * LANES_PER_POINT;

fn cloud_rows(particle: u32, key: vec2u) -> CloudRows {
  return CloudRows(
    rng_row(lanes_particles(particle + 0u * LANES_PER_POINT), key),
    rng_row(lanes_particles(particle + 1u * LANES_PER_POINT), key),
    rng_row(lanes_particles(particle + 2u * LANES_PER_POINT), key),
    rng_row(lanes_particles(particle + 3u * LANES_PER_POINT), key),
  );
}

fn cloud_block(rows: CloudRows, block: u32, key: vec2u) -> CloudNoise {
  return CloudNoise(
    noise_block(rows.a, block, key),
    noise_block(rows.b, block, key),
    noise_block(rows.c, block, key),
    noise_block(rows.d, block, key),
  );
}

fn cloud_prior(particle: u32, deviation: f32, key: vec2u) -> Cloud {
  let rows = cloud_rows(particle, key);
  let z = Cloud(
    points_noise(prior_block(rows.a, 0u, key), 0u),
    points_noise(prior_block(rows.b, 0u, key), 0u),
    points_noise(prior_block(rows.c, 0u, key), 0u),
    points_noise(prior_block(rows.d, 0u, key), 0u),
  );
  return cloud_combine(deviation, z, 0.0, z, 0.0, z);
}

fn cloud_noise(noise: CloudNoise, k: u32) -> Cloud {
  return Cloud(
    points_noise(noise.a, k),
    points_noise(noise.b, k),
    points_noise(noise.c, k),
    points_noise(noise.d, k),
  );
}

// p x + q y + r z
fn cloud_combine(p: f32, x: Cloud, q: f32, y: Cloud, r: f32, z: Cloud) -> Cloud {
  return Cloud(
    points_combine(p, x.a, q, y.a, r, z.a),
    points_combine(p, x.b, q, y.b, r, z.b),
    points_combine(p, x.c, q, y.c, r, z.c),
    points_combine(p, x.d, q, y.d, r, z.d),
  );
}

fn cloud_keep(cloud: Cloud, at: u32, local: u32) {
  points_keep(cloud.a, at, local);
  points_keep(cloud.b, at + 1u * LANES_PER_POINT * DIM, local + 1u * LANES_PER_POINT);
  points_keep(cloud.c, at + 2u * LANES_PER_POINT * DIM, local + 2u * LANES_PER_POINT);
  points_keep(cloud.d, at + 3u * LANES_PER_POINT * DIM, local + 3u * LANES_PER_POINT);
}

fn cloud_affine(cloud: Cloud, row: u32) -> Cloud {
  return Cloud(
    points_affine(cloud.a, row),
    points_affine(cloud.b, row),
    points_affine(cloud.c, row),
    points_affine(cloud.d, row),
  );
}

fn cloud_lanes(value: f32) -> CloudLanes {
  return CloudLanes(
    Lanes(value),
    Lanes(value),
    Lanes(value),
    Lanes(value),
  );
}

// The sums with the component at `row` added.
fn cloud_add(sums: CloudPosterior, cloud: Cloud, lift: CloudLanes, row: u32, alpha: f32) -> CloudPosterior {
  let c = component_at(row, alpha);
  return CloudPosterior(
    posterior_add(sums.a, cloud.a, lift.a, c),
    posterior_add(sums.b, cloud.b, lift.b, c),
    posterior_add(sums.c, cloud.c, lift.c, c),
    posterior_add(sums.d, cloud.d, lift.d, c),
  );
}

// The greater of `top` and the levels of the component at `row`.
fn cloud_top(top: CloudLanes, cloud: Cloud, row: u32, alpha: f32) -> CloudLanes {
  let c = component_at(row, alpha);
  return CloudLanes(
    lanes_greater(top.a, component_level(cloud.a, c)),
    lanes_greater(top.b, component_level(cloud.b, c)),
    lanes_greater(top.c, component_level(cloud.c, c)),
    lanes_greater(top.d, component_level(cloud.d, c)),
  );
}

// New lifts for the lanes whose weights are too faint; the others keep theirs, and with it their sums bit for bit.
fn cloud_lift(lift: CloudLanes, sums: CloudPosterior, top: CloudLanes) -> CloudLanes {
  return CloudLanes(
    posterior_lift(lift.a, sums.a.weight, top.a),
    posterior_lift(lift.b, sums.b.weight, top.b),
    posterior_lift(lift.c, sums.c.weight, top.c),
    posterior_lift(lift.d, sums.d.weight, top.d),
  );
}

// True if some lane has weights too faint, for the first time.
fn cloud_faint(lift: CloudLanes, sums: CloudPosterior) -> bool {
  return any(posterior_faint(lift.a, sums.a.weight)) ||
    any(posterior_faint(lift.b, sums.b.weight)) ||
    any(posterior_faint(lift.c, sums.c.weight)) ||
    any(posterior_faint(lift.d, sums.d.weight));
}

fn cloud_mean(sums: CloudPosterior) -> Cloud {
  return Cloud(
    posterior_mean(sums.a),
    posterior_mean(sums.b),
    posterior_mean(sums.c),
    posterior_mean(sums.d),
  );
}
