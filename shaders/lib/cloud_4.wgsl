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

struct CloudLift {
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

fn cloud_no_lift() -> CloudLift {
  var none: CloudLift;
  return none;
}

fn cloud_no_posterior() -> CloudPosterior {
  var none: CloudPosterior;
  none.a.top = Lanes(-3.0e38);
  none.b.top = Lanes(-3.0e38);
  none.c.top = Lanes(-3.0e38);
  none.d.top = Lanes(-3.0e38);
  return none;
}

// The sums with the component at `row` added.
fn cloud_add(sums: CloudPosterior, cloud: Cloud, lift: CloudLift, row: u32, alpha: f32) -> CloudPosterior {
  let c = component_at(row, alpha);
  return CloudPosterior(
    posterior_add(sums.a, cloud.a, lift.a, c),
    posterior_add(sums.b, cloud.b, lift.b, c),
    posterior_add(sums.c, cloud.c, lift.c, c),
    posterior_add(sums.d, cloud.d, lift.d, c),
  );
}

// The lift that lanes with too faint weights need; the others keep theirs, and with it their sums bit for bit.
fn cloud_lift(sums: CloudPosterior, lift: CloudLift) -> CloudLift {
  return CloudLift(
    posterior_lift(sums.a, lift.a),
    posterior_lift(sums.b, lift.b),
    posterior_lift(sums.c, lift.c),
    posterior_lift(sums.d, lift.d),
  );
}

fn cloud_settled(x: CloudLift, y: CloudLift) -> bool {
  return all(x.a == y.a) && all(x.b == y.b) && all(x.c == y.c) && all(x.d == y.d);
}

fn cloud_mean(sums: CloudPosterior) -> Cloud {
  return Cloud(
    posterior_mean(sums.a),
    posterior_mean(sums.b),
    posterior_mean(sums.c),
    posterior_mean(sums.d),
  );
}
