// One-dimensional particles, and the sums of a mixture's posterior over them. Needs weight_exp2.
//
// One component is one vec4, made in f64 by mixture-table.ts; 2^-(L (x - alpha mean))^2 is the Gaussian in base 2:
//   mean, L, level, g     E[x_0 | x_t, component] = mean + g (x - alpha mean)

alias Points = Lanes;

const DIM: u32 = 1u;
const COMPONENT_ROWS: u32 = 1u;

struct Component {
  m: f32,            // alpha mean
  c: vec4f,
}

struct Posterior {
  weight: Lanes,
  x: Lanes,
}

fn component_at(row: u32, alpha: f32) -> Component {
  let c = components[row];
  return Component(alpha * c.x, c);
}

fn component_level(x: Points, k: Component) -> Lanes {
  let u = k.c.y * (x - k.m);
  return k.c.z - u * u;
}

fn posterior_add(sums: Posterior, x: Points, lift: Lanes, k: Component) -> Posterior {
  let d = x - k.m;
  let u = k.c.y * d;
  let w = weight_exp2(k.c.z - u * u + lift);
  return Posterior(sums.weight + w, sums.x + w * (k.c.x + k.c.w * d));
}

fn posterior_mean(sums: Posterior) -> Points {
  return sums.x / sums.weight;
}

// mean + g x, of a table row (mean, 0, 0, g): a single component about the origin, or a linear chain.
fn points_affine(x: Points, row: u32) -> Points {
  let c = components[row];
  return c.x + c.w * x;
}

// p x + q y + r z
fn points_combine(p: f32, x: Points, q: f32, y: Points, r: f32, z: Points) -> Points {
  return p * x + q * y + r * z;
}

// Normals of step k out of the block that holds those of four steps.
fn points_noise(noise: NoiseBlock, k: u32) -> Points {
  let lane = k & 3u;
  let low = select(noise.z0, noise.z1, LanesB(lane == 1u));
  let high = select(noise.z2, noise.z3, LanesB(lane == 3u));
  return select(low, high, LanesB(lane > 1u));
}

// Writes particles local .. from `kept` index `at` on.
fn points_keep(point: Points, at: u32, local: u32) {
  lanes_keep(params.basis.x * point, at, DIM, local);
}
