// Denoised prediction E[x_0 | x_t] of a one-dimensional mixture, four particles at a time. See mixture_2d.wgsl.
//
// One component is two vec4, made in f64 by mixture-table.ts:
//   [0] m, L, level, mean     m = alpha mean; 2^-(L (x - m))^2 is the Gaussian in base 2
//   [1] g, 0, 0, 0            E[x_0 | x_t, component] = mean + g (x - m)

const MIXTURE_FAINT: vec4f = vec4f(1.2621774e-29); // 2^-96

fn mixture_denoise(x: vec4f, first: u32) -> vec4f {
  var lift = vec4f(0.0);
  var weight: vec4f;
  var sum: vec4f;
  let end = first + 2u * COMPONENTS;
  loop {
    var top = vec4f(-3.0e38);
    weight = vec4f(0.0);
    sum = vec4f(0.0);
    var row = first;
    loop {
      let a = components[row];
      let gain = components[row + 1u].x;
      let d = x - a.x;
      let u = a.y * d;
      let level = a.z - u * u;
      top = select(top, level, level > top);
      let w = weight_exp2(level + lift);
      weight += w;
      sum += w * (a.w + gain * d);
      continuing {
        row += 2u;
        break if row == end;
      }
    }
    let again = (weight < MIXTURE_FAINT) & (lift == vec4f(0.0));
    lift = select(lift, 64.0 - top, again);
    continuing {
      break if !any(again);
    }
  }
  return sum / weight;
}
