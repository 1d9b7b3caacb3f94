// High words of the two Philox products, from 16-bit halves. WGSL has no 64-bit product.
// Integer pipes of real GPUs run this well; mul_hi_magic.wgsl is the same function for software adapters.

// floor(a * 0xD2511F53 / 2^32)
fn rng_mul_hi0(a: vec4u) -> vec4u {
  let al = a & vec4u(0xffffu);
  let ah = a >> vec4u(16u);
  let t = ah * 0x1f53u + ((al * 0x1f53u) >> vec4u(16u));
  let w = al * 0xd251u + (t & vec4u(0xffffu));
  return ah * 0xd251u + (t >> vec4u(16u)) + (w >> vec4u(16u));
}

// floor(a * 0xCD9E8D57 / 2^32)
fn rng_mul_hi1(a: vec4u) -> vec4u {
  let al = a & vec4u(0xffffu);
  let ah = a >> vec4u(16u);
  let t = ah * 0x8d57u + ((al * 0x8d57u) >> vec4u(16u));
  let w = al * 0xcd9eu + (t & vec4u(0xffffu));
  return ah * 0xcd9eu + (t >> vec4u(16u)) + (w >> vec4u(16u));
}
