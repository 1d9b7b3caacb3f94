// A tile of a matrix product: 64 rows by 32 outputs per workgroup of 64 invocations, 16 inputs at a time in workgroup memory.
// Each invocation holds 8 rows by 4 outputs. The kernel says where the inputs come from: product_place(row) finds a row's
// source once, then product_quad(place, tap, quad) gives four inputs of it, zeros outside.

struct ProductParams {
  rows: u32,
  inputs: u32,       // per tap, a multiple of 4
  outputs: u32,      // a multiple of 4
  side: u32,         // of the result's maps; 1 for vectors
  stride: u32,       // the source's maps have stride side positions per side
  split: u32,        // inputs that come from source_a, the others from source_b
  halved: u32,       // 1 if maps of source_a have half the sides of those of source_b
  plus_rows: u32,    // row r adds row r mod plus_rows of `plus`; 0 adds nothing
  silu: u32,         // 1 ends with SiLU
}

const TILE_ROWS: u32 = 64;
const TILE_OUTPUTS: u32 = 32;
const TILE_INPUTS: u32 = 16;

var<workgroup> tile_sources: array<vec4f, 256>; // [16 inputs, 16 quads of rows]
var<workgroup> tile_weights: array<vec4f, 128>; // [16 inputs, 8 quads of outputs]

fn product_tile(taps: u32, local: u32, workgroup: vec3u) {
  let first_row = TILE_ROWS * workgroup.x;
  let first_output = TILE_OUTPUTS * workgroup.y;
  let loaded_rows = local % 16u;
  let loaded_quad = local / 16u;
  let place0 = product_place(first_row + 4u * loaded_rows);
  let place1 = product_place(first_row + 4u * loaded_rows + 1u);
  let place2 = product_place(first_row + 4u * loaded_rows + 2u);
  let place3 = product_place(first_row + 4u * loaded_rows + 3u);
  let column = local % 8u;
  let rows = local / 8u;
  // Not an array: some adapters keep arrays in memory.
  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  var sum4 = vec4f(0.0);
  var sum5 = vec4f(0.0);
  var sum6 = vec4f(0.0);
  var sum7 = vec4f(0.0);
  for (var tap = 0u; tap < taps; tap++) {
    for (var start = 0u; start < params.inputs; start += TILE_INPUTS) {
      let quad = start / 4u + loaded_quad;
      var r0 = vec4f(0.0);
      var r1 = vec4f(0.0);
      var r2 = vec4f(0.0);
      var r3 = vec4f(0.0);
      if (4u * quad < params.inputs) {
        r0 = product_quad(place0, tap, quad);
        r1 = product_quad(place1, tap, quad);
        r2 = product_quad(place2, tap, quad);
        r3 = product_quad(place3, tap, quad);
      }
      let at = 64u * loaded_quad + loaded_rows;
      tile_sources[at] = vec4f(r0.x, r1.x, r2.x, r3.x);
      tile_sources[at + 16u] = vec4f(r0.y, r1.y, r2.y, r3.y);
      tile_sources[at + 32u] = vec4f(r0.z, r1.z, r2.z, r3.z);
      tile_sources[at + 48u] = vec4f(r0.w, r1.w, r2.w, r3.w);
      for (var i = local; i < 128u; i += 64u) {
        let input = start + i / 8u;
        let output = first_output + 4u * (i % 8u);
        var w = vec4f(0.0);
        if (input < params.inputs && output < params.outputs) {
          w = weights[((tap * params.inputs + input) * params.outputs + output) / 4u];
        }
        tile_weights[i] = w;
      }
      workgroupBarrier();
      for (var k = 0u; k < TILE_INPUTS; k++) {
        let w = tile_weights[8u * k + column];
        let low = tile_sources[16u * k + 2u * rows];
        let high = tile_sources[16u * k + 2u * rows + 1u];
        sum0 += low.x * w;
        sum1 += low.y * w;
        sum2 += low.z * w;
        sum3 += low.w * w;
        sum4 += high.x * w;
        sum5 += high.y * w;
        sum6 += high.z * w;
        sum7 += high.w * w;
      }
      workgroupBarrier();
    }
  }
  let output = first_output + 4u * column;
  if (output < params.outputs) {
    let row = first_row + 8u * rows;
    product_store(sum0, row, output);
    product_store(sum1, row + 1u, output);
    product_store(sum2, row + 2u, output);
    product_store(sum3, row + 3u, output);
    product_store(sum4, row + 4u, output);
    product_store(sum5, row + 5u, output);
    product_store(sum6, row + 6u, output);
    product_store(sum7, row + 7u, output);
  }
}

fn product_store(sum: vec4f, row: u32, output: u32) {
  if (row >= params.rows) {
    return;
  }
  var value = sum + bias[output / 4u];
  if (params.plus_rows > 0u) {
    value += plus[((row % params.plus_rows) * params.outputs + output) / 4u];
  }
  if (params.silu == 1u) {
    value = silu(value);
  }
  result[(row * params.outputs + output) / 4u] = value;
}
