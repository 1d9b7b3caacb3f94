/**
 * Matrix products of the policy network in f32, four rows by eight columns at a time, in AssemblyScript. Each number of a
 * result is one sum in the order of its terms, multiplied and added apart, so that it does not depend on where its row stands
 * nor on the processor. Eight sums, four values and one vector of b are what fits the registers that browsers' compilers leave:
 * other shapes of blocks were measured to be slower, and more sums at half the speed.
 *
 * Addresses and strides (from row to row) are in bytes; rows are padded to fours, columns to eights.
 */

/**
 * out [rows, columns] = a [rows, inner] b + bias [columns]. b lies in panels of eight columns, each [inner, 8]; rows are a
 * multiple of 4, columns of 8.
 */
export function multiply(
  a: usize,
  aStride: usize,
  panels: usize,
  bias: usize,
  out: usize,
  outStride: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  const innerBytes = <usize>inner << 2;
  for (let column: usize = 0, end = <usize>columns << 2; column < end; column += 32) {
    let a0 = a;
    let to = out + column;
    for (let row = 0; row < rows; row += 4) {
      const a1 = a0 + aStride;
      const a2 = a1 + aStride;
      const a3 = a2 + aStride;
      let sum00 = v128.load(bias + column);
      let sum01 = v128.load(bias + column, 16);
      let sum10 = sum00;
      let sum11 = sum01;
      let sum20 = sum00;
      let sum21 = sum01;
      let sum30 = sum00;
      let sum31 = sum01;
      let b = panels;
      for (let k: usize = 0; k < innerBytes; k += 4) {
        const value0 = v128.load_splat<f32>(a0 + k);
        const value1 = v128.load_splat<f32>(a1 + k);
        const value2 = v128.load_splat<f32>(a2 + k);
        const value3 = v128.load_splat<f32>(a3 + k);
        const b0 = v128.load(b);
        sum00 = f32x4.add(sum00, f32x4.mul(value0, b0));
        sum10 = f32x4.add(sum10, f32x4.mul(value1, b0));
        sum20 = f32x4.add(sum20, f32x4.mul(value2, b0));
        sum30 = f32x4.add(sum30, f32x4.mul(value3, b0));
        const b1 = v128.load(b, 16);
        sum01 = f32x4.add(sum01, f32x4.mul(value0, b1));
        sum11 = f32x4.add(sum11, f32x4.mul(value1, b1));
        sum21 = f32x4.add(sum21, f32x4.mul(value2, b1));
        sum31 = f32x4.add(sum31, f32x4.mul(value3, b1));
        b += 32;
      }
      to = storeRow(to, sum00, sum01, outStride);
      to = storeRow(to, sum10, sum11, outStride);
      to = storeRow(to, sum20, sum21, outStride);
      to = storeRow(to, sum30, sum31, outStride);
      a0 = a3 + aStride;
    }
    panels += innerBytes << 3;
  }
}

/** out [aColumns, bColumns] += a' b, with a [rows, aColumns] and b [rows, bColumns]; aColumns a multiple of 4, bColumns of 8. */
export function addOuter(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: i32,
  out: usize,
  aColumns: i32,
  bColumns: i32,
): void {
  const outStride = <usize>bColumns << 2;
  for (let i = 0; i < aColumns; i += 4) {
    for (let column: usize = 0; column < outStride; column += 32) {
      const to0 = out + column;
      const to1 = to0 + outStride;
      const to2 = to1 + outStride;
      const to3 = to2 + outStride;
      let sum00 = v128.load(to0);
      let sum01 = v128.load(to0, 16);
      let sum10 = v128.load(to1);
      let sum11 = v128.load(to1, 16);
      let sum20 = v128.load(to2);
      let sum21 = v128.load(to2, 16);
      let sum30 = v128.load(to3);
      let sum31 = v128.load(to3, 16);
      let p = a;
      let q = b + column;
      for (let row = 0; row < rows; row++) {
        const value0 = v128.load_splat<f32>(p);
        const value1 = v128.load_splat<f32>(p, 4);
        const value2 = v128.load_splat<f32>(p, 8);
        const value3 = v128.load_splat<f32>(p, 12);
        const b0 = v128.load(q);
        sum00 = f32x4.add(sum00, f32x4.mul(value0, b0));
        sum10 = f32x4.add(sum10, f32x4.mul(value1, b0));
        sum20 = f32x4.add(sum20, f32x4.mul(value2, b0));
        sum30 = f32x4.add(sum30, f32x4.mul(value3, b0));
        const b1 = v128.load(q, 16);
        sum01 = f32x4.add(sum01, f32x4.mul(value0, b1));
        sum11 = f32x4.add(sum11, f32x4.mul(value1, b1));
        sum21 = f32x4.add(sum21, f32x4.mul(value2, b1));
        sum31 = f32x4.add(sum31, f32x4.mul(value3, b1));
        p += aStride;
        q += bStride;
      }
      storeRow(to0, sum00, sum01, 0);
      storeRow(to1, sum10, sum11, 0);
      storeRow(to2, sum20, sum21, 0);
      storeRow(to3, sum30, sum31, 0);
    }
    a += 16;
    out += outStride << 2;
  }
}

/** out [columns] += the sum of b's rows; columns a multiple of 8. */
export function addRows(b: usize, bStride: usize, rows: i32, out: usize, columns: i32): void {
  for (let column: usize = 0, end = <usize>columns << 2; column < end; column += 32) {
    let sum0 = v128.load(out + column);
    let sum1 = v128.load(out + column, 16);
    let q = b + column;
    for (let row = 0; row < rows; row++) {
      sum0 = f32x4.add(sum0, v128.load(q));
      sum1 = f32x4.add(sum1, v128.load(q, 16));
      q += bStride;
    }
    storeRow(out + column, sum0, sum1, 0);
  }
}

/** Stores eight numbers and returns the address `stride` further. */
@inline
function storeRow(to: usize, first: v128, second: v128, stride: usize): usize {
  v128.store(to, first);
  v128.store(to, second, 16);
  return to + stride;
}
