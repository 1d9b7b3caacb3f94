/**
 * Expression trees as closures: no code is generated. Arithmetic is f64; a part outside its domain (log of a number <= 0,
 * division by 0, a negative number to a broken power) gives NaN, and NaN stays NaN to the end, so that such a point is
 * counted as non-finite on every engine instead of being hidden by exp(-Infinity) = 0 or max(NaN, 0).
 */
import type { Expression, FunctionName } from "../program.ts";

/** A function of the coordinates; y is ignored by formulas in x alone. */
export type Evaluator = (x: number, y: number) => number;

/** The formula as a function of f64 coordinates; NaN outside its domain. */
export function compileExpression(expression: Expression): Evaluator {
  switch (expression.op) {
    case "number": {
      const { value } = expression;
      return () => value;
    }
    case "variable":
      return expression.name === "x" ? (x) => x : (_x, y) => y;
    case "negate": {
      const arg = compileExpression(expression.arg);
      return (x, y) => -arg(x, y);
    }
    case "call":
      return compileCall(expression.name, expression.args.map(compileExpression));
    default:
      return compileBinary(
        expression.op,
        compileExpression(expression.left),
        compileExpression(expression.right),
      );
  }
}

function compileBinary(op: "add" | "sub" | "mul" | "div" | "pow", a: Evaluator, b: Evaluator): Evaluator {
  switch (op) {
    case "add":
      return (x, y) => a(x, y) + b(x, y);
    case "sub":
      return (x, y) => a(x, y) - b(x, y);
    case "mul":
      return (x, y) => a(x, y) * b(x, y);
    case "div":
      return (x, y) => quotient(a(x, y), b(x, y));
    case "pow":
      return (x, y) => power(a(x, y), b(x, y));
  }
}

function compileCall(name: FunctionName, args: readonly Evaluator[]): Evaluator {
  const [a, b] = args;
  if (!a) throw new TypeError(`${name}: must have an argument, got none`);
  const unary = UNARY[name];
  if (unary) return (x, y) => unary(a(x, y));
  if (!b) throw new TypeError(`${name}: must have two arguments, got one`);
  if (name === "min") return (x, y) => Math.min(a(x, y), b(x, y));
  if (name === "max") return (x, y) => Math.max(a(x, y), b(x, y));
  return (x, y) => power(a(x, y), b(x, y));
}

const UNARY: Partial<Record<FunctionName, (a: number) => number>> = {
  exp: Math.exp,
  log: (a) => (a > 0 ? Math.log(a) : NaN),
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  sign: Math.sign,
  floor: Math.floor,
};

function quotient(a: number, b: number): number {
  return b === 0 ? NaN : a / b;
}

/** a^b, NaN for 0 to a negative power, for a negative number to a broken power, and for NaN^0. */
function power(a: number, b: number): number {
  if (Number.isNaN(a) || (a === 0 && b < 0)) return NaN;
  return a ** b;
}
