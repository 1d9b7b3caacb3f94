// Denoised prediction E[x_0 | x_t] of a two-dimensional mixture, four particles at a time. Needs weight_exp2 and the
// kernel's `components: array<vec4f>` and `COMPONENTS`.
//
// One component is three vec4, made in f64 by mixture-table.ts; 2^-|L (x - m)|^2 is the Gaussian in base 2:
//   [0] m.x, m.y, L.xx, level      m = alpha mean; level = log2 of weight / sqrt det V, the greatest raised to 64
//   [1] L.yx, L.yy, mean.x, mean.y
//   [2] g.xx, g.xy, g.yx, g.yy     E[x_0 | x_t, component] = mean + g (x - m)

struct Points {
  x: vec4f,
  y: vec4f,
}

// Below this total, weights have lost digits to underflow and are taken again about their own maximum.
const MIXTURE_FAINT: vec4f = vec4f(1.2621774e-29); // 2^-96

// first: index of the step's first vec4. The outer loop comes round a second time only for points more than 14 standard
// deviations from every component; a lane that was fine keeps its sums bit for bit, since its lift stays 0.
fn mixture_denoise(point: Points, first: u32) -> Points {
  var lift = vec4f(0.0);
  var weight: vec4f;
  var sum_x: vec4f;
  var sum_y: vec4f;
  let end = first + 3u * COMPONENTS;
  loop {
    var top = vec4f(-3.0e38);
    weight = vec4f(0.0);
    sum_x = vec4f(0.0);
    sum_y = vec4f(0.0);
    var row = first;
    loop {
      let a = components[row];
      let b = components[row + 1u];
      let g = components[row + 2u];
      let dx = point.x - a.x;
      let dy = point.y - a.y;
      let u = a.z * dx;
      let v = b.x * dx + b.y * dy;
      let level = a.w - u * u - v * v;
      top = select(top, level, level > top);
      let w = weight_exp2(level + lift);
      weight += w;
      sum_x += w * (b.z + g.x * dx + g.y * dy);
      sum_y += w * (b.w + g.z * dx + g.w * dy);
      continuing {
        row += 3u;
        break if row == end;
      }
    }
    let again = (weight < MIXTURE_FAINT) & (lift == vec4f(0.0));
    lift = select(lift, 64.0 - top, again);
    continuing {
      break if !any(again);
    }
  }
  return Points(sum_x / weight, sum_y / weight);
}
