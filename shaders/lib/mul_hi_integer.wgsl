// High words of the two Philox products, from 16-bit halves. WGSL has no 64-bit product.
// Integer pipes of real GPUs run this well; mul_hi_magic.wgsl is the same function for software adapters.

// floor(a * 0xD2511F53 / 2^32)
fn rng_mul_hi0(a: LanesU) -> LanesU {
  let al = a & LanesU(0xffffu);
  let ah = a >> LanesU(16u);
  let t = ah * 0x1f53u + ((al * 0x1f53u) >> LanesU(16u));
  let w = al * 0xd251u + (t & LanesU(0xffffu));
  return ah * 0xd251u + (t >> LanesU(16u)) + (w >> LanesU(16u));
}

// floor(a * 0xCD9E8D57 / 2^32)
fn rng_mul_hi1(a: LanesU) -> LanesU {
  let al = a & LanesU(0xffffu);
  let ah = a >> LanesU(16u);
  let t = ah * 0x8d57u + ((al * 0x8d57u) >> LanesU(16u));
  let w = al * 0xcd9eu + (t & LanesU(0xffffu));
  return ah * 0xcd9eu + (t >> LanesU(16u)) + (w >> LanesU(16u));
}
