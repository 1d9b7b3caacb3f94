// GroupNorm over positions and the channels of a group, scale and shift by the embedding (FiLM), and SiLU. The channels may
// be those of two maps joined, as in product.wgsl. Mean first, then the squares about it.
//
// params    group 0   NormParams
// weights   group 0   [channels]
// bias      group 0   [channels]
// source_a  group 1   [images, side, side, split], or half the sides
// source_b  group 1   [images, side, side, channels - split], or anything where split = channels
// film      group 1   [images, 2 channels]: scale, shift; or anything where film = 0
// result    group 2   [images, side, side, channels]
// Dispatch: images by groups workgroups.

struct NormParams {
  side: u32,
  channels: u32,
  groups: u32,
  split: u32,
  halved: u32,
  film: u32,
  silu: u32,
}

@group(0) @binding(0) var<uniform> params: NormParams;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(1) @binding(0) var<storage, read> source_a: array<vec4f>;
@group(1) @binding(1) var<storage, read> source_b: array<vec4f>;
@group(1) @binding(2) var<storage, read> film: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;

const EPSILON: f32 = 1e-5;

var<workgroup> norm_sums: array<f32, 64>;

// Sum over the workgroup, to all of its invocations.
fn norm_total(value: f32, local: u32) -> f32 {
  norm_sums[local] = value;
  workgroupBarrier();
  for (var stride = 32u; stride > 0u; stride /= 2u) {
    if (local < stride) {
      norm_sums[local] += norm_sums[local + stride];
    }
    workgroupBarrier();
  }
  let total = norm_sums[0];
  workgroupBarrier();
  return total;
}

fn norm_source(row: u32, quad: u32) -> vec4f {
  let quads_a = params.split / 4u;
  if (quad < quads_a) {
    return source_a[joined_row(row, params.side, params.halved) * quads_a + quad];
  }
  return source_b[row * (params.channels / 4u - quads_a) + quad - quads_a];
}

@compute @workgroup_size(64)
fn group_norm(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  let positions = params.side * params.side;
  let quads = params.channels / 4u;
  let group_quads = quads / params.groups;
  let first_row = workgroup.x * positions;
  let first_quad = workgroup.y * group_quads;
  let count = positions * group_quads;
  let per_number = 1.0 / f32(4u * count);
  var sum = 0.0;
  for (var i = local; i < count; i += 64u) {
    sum += dot(norm_source(first_row + i / group_quads, first_quad + i % group_quads), vec4f(1.0));
  }
  let mean = norm_total(sum, local) * per_number;
  var squares = 0.0;
  for (var i = local; i < count; i += 64u) {
    let off = norm_source(first_row + i / group_quads, first_quad + i % group_quads) - mean;
    squares += dot(off, off);
  }
  let inverse = inverseSqrt(norm_total(squares, local) * per_number + EPSILON);
  for (var i = local; i < count; i += 64u) {
    let row = first_row + i / group_quads;
    let quad = first_quad + i % group_quads;
    var value = (norm_source(row, quad) - mean) * inverse * weights[quad] + bias[quad];
    if (params.film == 1u) {
      let at = 2u * quads * workgroup.x + quad;
      value = value * (1.0 + film[at]) + film[at + quads];
    }
    if (params.silu == 1u) {
      value = silu(value);
    }
    result[row * quads + quad] = value;
  }
}
