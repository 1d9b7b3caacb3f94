// Two-dimensional particles, and the sums of a mixture's posterior over them. Needs weight_exp2.
//
// One component is three vec4, made in f64 by mixture-table.ts; 2^-|L (x - alpha mean)|^2 is the Gaussian in base 2:
//   [0] mean.x, mean.y, L.xx, level     level = log2 of weight / sqrt det V, the greatest raised to 64
//   [1] L.yx, L.yy, g.xx, g.xy          E[x_0 | x_t, component] = mean + g (x - alpha mean), g symmetric
//   [2] g.yy, 0, 0, 0

struct Points {
  x: Lanes,
  y: Lanes,
}

const DIM: u32 = 2u;
const COMPONENT_ROWS: u32 = 3u;

struct Component {
  m: vec2f,          // alpha mean
  a: vec4f,
  b: vec4f,
  gyy: f32,
}

struct Posterior {
  weight: Lanes,
  x: Lanes,
  y: Lanes,
}

fn component_at(row: u32, alpha: f32) -> Component {
  let a = components[row];
  return Component(alpha * a.xy, a, components[row + 1u], components[row + 2u].x);
}

fn component_level(point: Points, c: Component) -> Lanes {
  let dx = point.x - c.m.x;
  let dy = point.y - c.m.y;
  let u = c.a.z * dx;
  let v = c.b.x * dx + c.b.y * dy;
  return c.a.w - u * u - v * v;
}

fn posterior_add(sums: Posterior, point: Points, lift: Lanes, c: Component) -> Posterior {
  let dx = point.x - c.m.x;
  let dy = point.y - c.m.y;
  let u = c.a.z * dx;
  let v = c.b.x * dx + c.b.y * dy;
  let w = weight_exp2(c.a.w - u * u - v * v + lift);
  return Posterior(
    sums.weight + w,
    sums.x + w * (c.a.x + c.b.z * dx + c.b.w * dy),
    sums.y + w * (c.a.y + c.b.w * dx + c.gyy * dy),
  );
}

fn posterior_mean(sums: Posterior) -> Points {
  return Points(sums.x / sums.weight, sums.y / sums.weight);
}

// mean + g x, of table rows (mean.x, mean.y, g.xx, g.xy), (g.yx, g.yy, 0, 0), unused: a linear chain.
fn points_affine(point: Points, row: u32) -> Points {
  let a = components[row];
  let b = components[row + 1u];
  return Points(a.x + a.z * point.x + a.w * point.y, a.y + b.x * point.x + b.y * point.y);
}

// p x + q y + r z
fn points_combine(p: f32, x: Points, q: f32, y: Points, r: f32, z: Points) -> Points {
  return Points(p * x.x + q * y.x + r * z.x, p * x.y + q * y.y + r * z.y);
}

// Normals of step k out of the block that holds those of two steps.
fn points_noise(noise: NoiseBlock, k: u32) -> Points {
  let odd = LanesB((k & 1u) == 1u);
  return Points(select(noise.z0, noise.z2, odd), select(noise.z1, noise.z3, odd));
}

// Writes particles local .. from `kept` index `at` on.
fn points_keep(point: Points, at: u32, local: u32) {
  lanes_keep(params.basis.x * point.x + params.basis.y * point.y, at, DIM, local);
  lanes_keep(params.basis.z * point.x + params.basis.w * point.y, at + 1u, DIM, local);
}
