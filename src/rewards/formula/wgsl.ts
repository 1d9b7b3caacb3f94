/**
 * Formulas as WGSL. The text calls the functions of `shaders/lib/formula.wgsl` (prefix formula_), which must be part of the
 * same module. It is total: every part stays finite (results saturate at +-3e38), a part outside its domain raises a
 * private flag, and the whole then gives FORMULA_INVALID = 3e38. No NaN or infinity ever exists, since WGSL lets a
 * compiler assume them away. Kernels treat |r| >= REWARD_LIMIT as non-finite, which covers both.
 */
import type { Expression } from "../program.ts";

/** Integer powers up to this size are repeated products, more accurate than exp2(n log2 x). */
const MAX_UNROLLED_POWER = 32;

/** An f32 expression in the WGSL variables `x` and `y`, to be evaluated once per point. */
export function expressionToWgsl(expression: Expression): string {
  return `formula_result(${emit(expression)})`;
}

function emit(e: Expression): string {
  switch (e.op) {
    case "number":
      return literal(e.value);
    case "variable":
      return e.name;
    case "negate":
      return `(-${emit(e.arg)})`;
    case "add":
    case "sub":
    case "mul":
    case "div":
      return `formula_${e.op}(${emit(e.left)}, ${emit(e.right)})`;
    case "pow":
      return emitPower(e.left, e.right);
    case "call":
      if (e.name === "pow" && e.args[0] && e.args[1]) return emitPower(e.args[0], e.args[1]);
      return `formula_${e.name}(${e.args.map(emit).join(", ")})`;
  }
}

function emitPower(base: Expression, exponent: Expression): string {
  const n = integer(exponent);
  if (n !== null && Math.abs(n) <= MAX_UNROLLED_POWER) return `formula_power_integer(${emit(base)}, ${n}i)`;
  return `formula_pow(${emit(base)}, ${emit(exponent)})`;
}

function integer(e: Expression): number | null {
  if (e.op === "number") return Number.isInteger(e.value) ? e.value : null;
  if (e.op !== "negate") return null;
  const inner = integer(e.arg);
  return inner === null ? null : -inner + 0;
}

/** The nearest f32 as a WGSL literal; a magnitude under the smallest normal f32 is 0, since devices may flush it anyway. */
function literal(value: number): string {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new RangeError(`formula: numbers must fit f32, got ${value}`);
  if (Math.abs(rounded) < 1.1754943508222875e-38) return "0.0f";
  // Nine significant digits identify an f32 and can never read as more than the largest one.
  const text =
    Number(rounded.toPrecision(9)) > 3.4028234e38 ? "3.4028234e38" : String(Number(rounded.toPrecision(9)));
  const plain = text.replace("e+", "e");
  return plain.startsWith("-") ? `(${plain}f)` : `${plain}f`;
}
