// Philox 4x32-10 counter generator for four particles at a time [Salmon11, section 3.3]. Counter (particle, block, 0, 0),
// key (seed, stream). Needs rng_mul_hi0 and rng_mul_hi1.
//
// Loops of the hot kernels test at their end: a software adapter runs the body of a loop (and both sides of an `if`) once
// more with all lanes off, instead of jumping over it.

struct RngWords {
  w0: vec4u,
  w1: vec4u,
  w2: vec4u,
  w3: vec4u,
}

// Rounds 2..10 and the part of round 1 that depends on `block`. c2 and c3 are what round 1 makes of the particle
// (rng_row), which a caller with many blocks per particle computes once.
fn rng_block(row: RngRow, block: u32, key: vec2u) -> RngWords {
  var c0 = vec4u(block ^ key.x);
  var c1 = vec4u(0u);
  var c2 = row.c2;
  var c3 = row.c3;
  var k = key;
  var round = 1u;
  loop {
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
    let hi0 = rng_mul_hi0(c0);
    let lo0 = c0 * 0xd2511f53u;
    let hi1 = rng_mul_hi1(c2);
    let lo1 = c2 * 0xcd9e8d57u;
    c0 = hi1 ^ c1 ^ vec4u(k.x);
    c1 = lo1;
    c2 = hi0 ^ c3 ^ vec4u(k.y);
    c3 = lo0;
    continuing {
      round++;
      break if round == 10u;
    }
  }
  return RngWords(c0, c1, c2, c3);
}

// Words 2 and 3 after the first round, for counters (particle, any block, 0, 0).
struct RngRow {
  c2: vec4u,
  c3: vec4u,
}

fn rng_row(particles: vec4u, key: vec2u) -> RngRow {
  return RngRow(rng_mul_hi0(particles) ^ vec4u(key.y), particles * 0xd2511f53u);
}
