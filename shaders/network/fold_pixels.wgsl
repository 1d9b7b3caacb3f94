// Folds squares of patch x patch pixels into channels, as PyTorch's pixel_unshuffle.
//
// params  group 0   PixelParams, see pixel_place.wgsl
// images  group 1   [images, 3, patch side, patch side] f32
// result  group 2   [images, side, side, 3 patch^2] f32
// Dispatch: ceil(count / 64) workgroups.

@group(0) @binding(0) var<uniform> params: PixelParams;
@group(1) @binding(0) var<storage, read> images: array<f32>;
@group(2) @binding(0) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn fold_pixels(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) {
    return;
  }
  result[pixel_place(id.x)] = images[id.x];
}
