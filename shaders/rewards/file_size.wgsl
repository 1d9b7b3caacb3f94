// Size of the image as a baseline JPEG file; src/rewards/image/jpeg.ts, whose integers it repeats one by one, so that sizes are
// equal to the byte. The first 48 invocations code one 8 x 8 block each.
//
// tables group 0   [FILE_TABLE_WORDS] u32, of src/rewards/image/jpeg-device.ts

const FILE_BLOCKS = 48u;        // 16 places times 3 planes, in the order of the file
const FILE_CONSTANT_BYTES = 625u;
// 79,648 bits: of each block 63 coefficients of at most 16 + 10 bits, and a first one of at most 11 + 11.
const FILE_STREAM_WORDS = 2496u;

// Places in the tables.
const FILE_SCALE = 0u;          // f32: kB per byte, negative for compressibility
const FILE_THRESHOLDS = 0u;     // f32, 1 .. 255: the least value that is shown as that byte
const FILE_STEPS = 256u;        // 8 times the quantisation steps, luminance then chrominance
const FILE_ZIGZAG = 384u;
const FILE_DC_CODES = 448u;     // 16 of luminance, 16 of chrominance: bits 0 .. 15 the code, from bit 16 its length
const FILE_AC_CODES = 480u;     // 256 of luminance, 256 of chrominance

@group(0) @binding(2) var<storage, read> tables: array<u32>;

var<workgroup> file_dc: array<i32, FILE_BLOCKS>;
var<workgroup> file_starts: array<u32, FILE_BLOCKS>;
var<workgroup> file_bits: u32;
var<workgroup> file_stream: array<atomic<u32>, FILE_STREAM_WORDS>;

// floor(255 p + 0.5) as f64 has it: a guess, moved by comparing with the exact thresholds.
fn file_byte(x: f32) -> i32 {
  let guess = clamp(i32(floor(127.5 * x + 128.0)), 0, 255);
  let up = guess < 255 && x >= bitcast<f32>(tables[FILE_THRESHOLDS + u32(min(guess + 1, 255))]);
  let down = guess > 0 && x < bitcast<f32>(tables[FILE_THRESHOLDS + u32(max(guess, 1))]);
  return guess + select(0, 1, up) - select(0, 1, down);
}

// Luminance or a colour difference of a pixel, less 128, in 16-bit fixed point.
fn file_plane(pixel: u32, plane: u32) -> i32 {
  let at = image_base + pixel;
  let r = file_byte(images[at]);
  let g = file_byte(images[at + IMAGE_PIXELS]);
  let b = file_byte(images[at + 2u * IMAGE_PIXELS]);
  switch plane {
    case 0u: { return ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16u) - 128; }
    case 1u: { return (-11059 * r - 21709 * g + 32768 * b + 32767) >> 16u; }
    default: { return (32768 * r - 27439 * g - 5329 * b + 32767) >> 16u; }
  }
}

// One transform of 8 values `stride` apart [Loeffler89]; products have 13 fractional bits, of which `shift` are dropped.
fn file_transform(x: ptr<function, array<i32, 64>>, start: u32, stride: u32, shift: u32) {
  var v: array<i32, 8>;
  for (var k = 0u; k < 8u; k++) {
    v[k] = (*x)[start + k * stride];
  }
  let s = vec4i(v[0] + v[7], v[1] + v[6], v[2] + v[5], v[3] + v[4]);
  let d = vec4i(v[0] - v[7], v[1] - v[6], v[2] - v[5], v[3] - v[4]);
  let a = s.x + s.w;
  let b = s.y + s.z;
  let c = s.y - s.z;
  let e = s.x - s.w;
  let z1 = 4433 * (c + e);
  let z5 = 9633 * (d.w + d.y + d.z + d.x);
  let outer = -7373 * (d.w + d.x);
  let inner = -20995 * (d.z + d.y);
  let z3 = z5 - 16069 * (d.w + d.y);
  let z4 = z5 - 3196 * (d.z + d.x);
  let half = 1 << (shift - 1u);
  // Rows keep two fractional bits, which columns drop.
  let rows = shift == 11u;
  (*x)[start] = select((a + b + 2) >> 2u, (a + b) << 2u, rows);
  (*x)[start + 4u * stride] = select((a - b + 2) >> 2u, (a - b) << 2u, rows);
  (*x)[start + 2u * stride] = (z1 + 6270 * e + half) >> shift;
  (*x)[start + 6u * stride] = (z1 - 15137 * c + half) >> shift;
  (*x)[start + 7u * stride] = (2446 * d.w + outer + z3 + half) >> shift;
  (*x)[start + 5u * stride] = (16819 * d.z + inner + z4 + half) >> shift;
  (*x)[start + 3u * stride] = (25172 * d.y + inner + z3 + half) >> shift;
  (*x)[start + stride] = (12299 * d.x + outer + z4 + half) >> shift;
}

// The quantised cosine transform of a block.
fn file_block(x: ptr<function, array<i32, 64>>, block: u32) {
  let place = block / 3u;
  let corner = (place / 4u) * 8u * IMAGE_SIDE + (place % 4u) * 8u;
  for (var i = 0u; i < 64u; i++) {
    (*x)[i] = file_plane(corner + (i / 8u) * IMAGE_SIDE + i % 8u, block % 3u);
  }
  for (var row = 0u; row < 64u; row += 8u) {
    file_transform(x, row, 1u, 11u);
  }
  for (var column = 0u; column < 8u; column++) {
    file_transform(x, column, 8u, 15u);
  }
  let steps = FILE_STEPS + select(64u, 0u, block % 3u == 0u);
  for (var i = 0u; i < 64u; i++) {
    let value = (*x)[i];
    let step = i32(tables[steps + i]);
    let size = (abs(value) + (step >> 1u)) / step;
    (*x)[i] = select(size, -size, value < 0);
  }
}

// Puts the lowest `size` bits of a value into the stream at bit `at`, if they are wanted; returns the next place.
fn file_put(value: u32, size: u32, at: u32, wanted: bool) -> u32 {
  if (wanted && size > 0u) {
    let aligned = value << (32u - size);
    let word = min(at / 32u, FILE_STREAM_WORDS - 1u);
    let used = at % 32u;
    atomicOr(&file_stream[word], aligned >> used);
    if (used + size > 32u) {
      atomicOr(&file_stream[min(word + 1u, FILE_STREAM_WORDS - 1u)], aligned << (32u - used));
    }
  }
  return at + size;
}

// The code at `codes` for so many bits of value, then the value; negative ones as those of the value below.
fn file_put_value(codes: u32, value: i32, at: u32, wanted: bool) -> u32 {
  let size = 32u - countLeadingZeros(u32(abs(value)));
  let code = tables[codes + size];
  let bits = u32(select(value, value - 1, value < 0)) & ((1u << size) - 1u);
  return file_put(bits, size, file_put(code & 0xffffu, code >> 16u, at, wanted), wanted);
}

// Codes a block from bit `start` on; returns the bit after it. Bits are only counted unless they are wanted.
fn file_code(x: ptr<function, array<i32, 64>>, block: u32, start: u32, wanted: bool) -> u32 {
  let colour = select(1u, 0u, block % 3u == 0u);
  let ac = FILE_AC_CODES + 256u * colour;
  let last = select(0, file_dc[max(block, 3u) - 3u], block >= 3u);
  var at = file_put_value(FILE_DC_CODES + 16u * colour, (*x)[0] - last, start, wanted);
  var zeros = 0u;
  for (var k = 1u; k < 64u; k++) {
    let value = (*x)[tables[FILE_ZIGZAG + k]];
    if (value == 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15u; zeros -= 16u) {
      let sixteen = tables[ac + 0xf0u];
      at = file_put(sixteen & 0xffffu, sixteen >> 16u, at, wanted);
    }
    at = file_put_value(ac + (zeros << 4u), value, at, wanted);
    zeros = 0u;
  }
  if (zeros > 0u) {
    let end = tables[ac];
    at = file_put(end & 0xffffu, end >> 16u, at, wanted);
  }
  return at;
}

fn image_reward_of(lane: u32) -> f32 {
  var x: array<i32, 64>;
  let coding = lane < FILE_BLOCKS;
  let block = min(lane, FILE_BLOCKS - 1u);
  if (coding) {
    file_block(&x, block);
    file_dc[block] = x[0];
  }
  workgroupBarrier();
  if (coding) {
    file_starts[block] = file_code(&x, block, 0u, false);
  }
  workgroupBarrier();
  if (lane == 0u) {
    var sum = 0u;
    for (var b = 0u; b < FILE_BLOCKS; b++) {
      let bits = file_starts[b];
      file_starts[b] = sum;
      sum += bits;
    }
    // The last byte is filled up with ones.
    let rest = (8u - sum % 8u) % 8u;
    file_bits = file_put((1u << rest) - 1u, rest, sum, true);
  }
  workgroupBarrier();
  if (coding) {
    let end = file_code(&x, block, file_starts[block], true);
  }
  workgroupBarrier();
  // A zero byte follows each byte of ones.
  var stuffed = 0u;
  for (var i = lane; i < file_bits / 8u; i += IMAGE_LANES) {
    let word = atomicLoad(&file_stream[min(i / 4u, FILE_STREAM_WORDS - 1u)]);
    stuffed += select(0u, 1u, ((word >> (24u - 8u * (i % 4u))) & 0xffu) == 0xffu);
  }
  let extra = image_total(vec4f(f32(stuffed), 0.0, 0.0, 0.0), lane).x;
  return bitcast<f32>(tables[FILE_SCALE]) * (f32(FILE_CONSTANT_BYTES + file_bits / 8u) + extra);
}
