// Philox 4x32-10 counter generator for the particles of a Lanes at a time [Salmon11, section 3.3]. Counter (particle, block, 0, 0),
// key (seed, stream). Needs rng_mul_hi0 and rng_mul_hi1. Rounds are written out: a loop would cost a software
// adapter as much again.

struct RngWords {
  w0: LanesU,
  w1: LanesU,
  w2: LanesU,
  w3: LanesU,
}

// Words 2 and 3 after the first round of counters (particle, any block, 0, 0): all of a particle that a block needs.
struct RngRow {
  c2: LanesU,
  c3: LanesU,
}

fn rng_row(particles: LanesU, key: vec2u) -> RngRow {
  return RngRow(rng_mul_hi0(particles) ^ LanesU(key.y), particles * 0xd2511f53u);
}

fn rng_round(c: RngWords, key: vec2u) -> RngWords {
  return RngWords(
    rng_mul_hi1(c.w2) ^ c.w1 ^ LanesU(key.x),
    c.w2 * 0xcd9e8d57u,
    rng_mul_hi0(c.w0) ^ c.w3 ^ LanesU(key.y),
    c.w0 * 0xd2511f53u,
  );
}

// The part of round 1 that depends on the block, and rounds 2 .. 10.
fn rng_block(row: RngRow, block: u32, key: vec2u) -> RngWords {
  let step = vec2u(0x9e3779b9u, 0xbb67ae85u);
  let c1 = RngWords(LanesU(block ^ key.x), LanesU(0u), row.c2, row.c3);
  let c2 = rng_round(c1, key + step);
  let c3 = rng_round(c2, key + 2u * step);
  let c4 = rng_round(c3, key + 3u * step);
  let c5 = rng_round(c4, key + 4u * step);
  let c6 = rng_round(c5, key + 5u * step);
  let c7 = rng_round(c6, key + 6u * step);
  let c8 = rng_round(c7, key + 7u * step);
  let c9 = rng_round(c8, key + 8u * step);
  return rng_round(c9, key + 9u * step);
}
