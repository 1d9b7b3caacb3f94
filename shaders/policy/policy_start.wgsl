// Start of the backward pass: from dLoss / doutputs to dLoss / dsums of the last hidden layer.
//
// params   group 0
// weights  group 0   [width, 2] of the output layer
// pulled   group 1   [rows, 2] dLoss / doutputs
// slopes   group 1   tiles of SiLU's slopes, from quad params.slopes on
// result   group 2   tiles of `width` numbers a row, see policy_inputs.wgsl
// rows     group 2   [16 tiles, width] the result row by row
// Dispatch: one invocation for each unit of each tile, 64 a workgroup.

struct StartParams {
  count: u32,   // rows
  width: u32,
  slopes: u32,
}

@group(0) @binding(0) var<uniform> params: StartParams;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(1) @binding(0) var<storage, read> pulled: array<vec2f>;
@group(1) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;
@group(2) @binding(1) var<storage, read_write> rows: array<f32>;

fn pulled_row(row: u32) -> vec2f {
  return pulled[min(row, params.count - 1u)];
}

@compute @workgroup_size(64)
fn policy_start(@builtin(global_invocation_id) id: vec3u) {
  let width = params.width;
  let tile = id.x / width;
  let unit = id.x % width;
  if (16u * tile >= params.count) {
    return;
  }
  let weight = vec2f(weights[2u * unit], weights[2u * unit + 1u]);
  for (var i = 0u; i < 4u; i++) {
    let row = 16u * tile + 4u * i;
    let quad = 4u * id.x + i;
    let upper = vec4f(
      dot(pulled_row(row), weight),
      dot(pulled_row(row + 1u), weight),
      dot(pulled_row(row + 2u), weight),
      dot(pulled_row(row + 3u), weight),
    );
    let delta = upper * slopes[params.slopes + quad];
    result[quad] = delta;
    let at = row * width + unit;
    rows[at] = delta.x;
    rows[at + width] = delta.y;
    rows[at + 2u * width] = delta.z;
    rows[at + 3u * width] = delta.w;
  }
}
