// Self-attention of one head of one image per workgroup: softmax(q k / sqrt d) v, summed in one pass over the keys with a
// running maximum.
//
// params  group 0   AttentionParams
// qkv     group 1   [images, positions, 3 channels]: queries, keys, values, each by head
// result  group 2   [images, positions, channels]
// Dispatch: images by heads workgroups.

override POSITIONS: u32 = 64;
override QUADS: u32 = 6; // of a head, at most 8

struct AttentionParams {
  channels: u32,
  scale: f32, // 1 / sqrt d
}

@group(0) @binding(0) var<uniform> params: AttentionParams;
@group(1) @binding(0) var<storage, read> qkv: array<vec4f>;
@group(2) @binding(0) var<storage, read_write> result: array<vec4f>;

const MOST_QUADS: u32 = 8;

var<workgroup> head_keys: array<vec4f, POSITIONS * QUADS>;
var<workgroup> head_values: array<vec4f, POSITIONS * QUADS>;

@compute @workgroup_size(64)
fn attention(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) workgroup: vec3u) {
  let quads = params.channels / 4u;
  let first = workgroup.x * POSITIONS;
  let head = workgroup.y * QUADS;
  for (var i = local; i < POSITIONS * QUADS; i += 64u) {
    let at = (first + i / QUADS) * 3u * quads + head + i % QUADS;
    head_keys[i] = qkv[at + quads];
    head_values[i] = qkv[at + 2u * quads];
  }
  workgroupBarrier();
  for (var position = local; position < POSITIONS; position += 64u) {
    var query: array<vec4f, MOST_QUADS>;
    var mixed: array<vec4f, MOST_QUADS>;
    for (var j = 0u; j < QUADS; j++) {
      query[j] = params.scale * qkv[(first + position) * 3u * quads + head + j];
    }
    var largest = -1e30;
    var total = 0.0;
    for (var key = 0u; key < POSITIONS; key++) {
      var score = 0.0;
      for (var j = 0u; j < QUADS; j++) {
        score += dot(query[j], head_keys[key * QUADS + j]);
      }
      let higher = max(largest, score);
      let keep = exp(largest - higher);
      let weight = exp(score - higher);
      total = total * keep + weight;
      for (var j = 0u; j < QUADS; j++) {
        mixed[j] = mixed[j] * keep + weight * head_values[key * QUADS + j];
      }
      largest = higher;
    }
    for (var j = 0u; j < QUADS; j++) {
      result[(first + position) * quads + head + j] = mixed[j] / total;
    }
  }
}
