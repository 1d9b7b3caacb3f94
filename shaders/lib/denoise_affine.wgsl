// In place of denoise_mixture.wgsl for linear chains: the "prediction" is mean + g x, the whole step but its noise.
fn cloud_denoise(cloud: Cloud, first: u32, alpha: f32) -> Cloud {
  return cloud_affine(cloud, first);
}
