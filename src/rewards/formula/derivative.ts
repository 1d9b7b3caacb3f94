/** Symbolic derivatives inside the formula language, so that a gradient runs wherever its formula runs. */
import type { Expression, FunctionName } from "../program.ts";

/** d expression / d variable, lightly simplified. At a kink (abs, min, max, sign, floor) one of the one-sided slopes or their mean. */
export function derivative(expression: Expression, variable: "x" | "y"): Expression {
  const d = (arg: Expression): Expression => derivative(arg, variable);
  switch (expression.op) {
    case "number":
      return ZERO;
    case "variable":
      return expression.name === variable ? ONE : ZERO;
    case "negate":
      return negate(d(expression.arg));
    case "add":
      return add(d(expression.left), d(expression.right));
    case "sub":
      return sub(d(expression.left), d(expression.right));
    case "mul":
      return add(mul(d(expression.left), expression.right), mul(expression.left, d(expression.right)));
    case "div": {
      const { left, right } = expression;
      return sub(div(d(left), right), div(mul(left, d(right)), mul(right, right)));
    }
    case "pow":
      return powerRule(expression.left, expression.right, d);
    case "call":
      return callRule(expression.name, expression.args, d);
  }
}

const ZERO: Expression = number(0);
const ONE: Expression = number(1);

function number(value: number): Expression {
  return { op: "number", value };
}

function isNumber(e: Expression, value: number): boolean {
  return e.op === "number" && e.value === value;
}

function negate(arg: Expression): Expression {
  return arg.op === "number" ? number(-arg.value) : { op: "negate", arg };
}

function add(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0)) return right;
  return isNumber(right, 0) ? left : { op: "add", left, right };
}

function sub(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0)) return negate(right);
  return isNumber(right, 0) ? left : { op: "sub", left, right };
}

function mul(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0) || isNumber(right, 0)) return ZERO;
  if (isNumber(left, 1)) return right;
  return isNumber(right, 1) ? left : { op: "mul", left, right };
}

function div(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0)) return ZERO;
  return isNumber(right, 1) ? left : { op: "div", left, right };
}

function pow(left: Expression, right: Expression): Expression {
  if (isNumber(right, 0)) return ONE;
  return isNumber(right, 1) ? left : { op: "pow", left, right };
}

function call(name: FunctionName, ...args: readonly Expression[]): Expression {
  return { op: "call", name, args };
}

type Differentiate = (arg: Expression) => Expression;

/** Value of an expression without variables, as far as signs of numbers go: enough to see x^-2 as a constant power. */
function constantValue(e: Expression): number | null {
  if (e.op === "number") return e.value;
  if (e.op !== "negate") return null;
  const inner = constantValue(e.arg);
  return inner === null ? null : -inner;
}

function powerRule(base: Expression, exponent: Expression, d: Differentiate): Expression {
  const n = constantValue(exponent);
  if (n !== null) return mul(mul(number(n), pow(base, number(n - 1))), d(base));
  const dExponent = d(exponent);
  const dBase = d(base);
  const viaBase = mul(mul(exponent, pow(base, sub(exponent, ONE))), dBase);
  // log(base) is left out where the exponent does not vary, since it may be outside its domain there.
  if (isNumber(dExponent, 0)) return viaBase;
  return add(mul(mul(pow(base, exponent), call("log", base)), dExponent), viaBase);
}

function callRule(name: FunctionName, args: readonly Expression[], d: Differentiate): Expression {
  const [a, b] = args;
  if (!a) throw new TypeError(`${name}: must have an argument, got none`);
  if (!b) return mul(slope(name, a), d(a));
  if (name === "pow") return powerRule(a, b, d);
  // min(a, b) = (a + b - |a - b|)/2 and max with the other sign.
  const half = mul(number(name === "min" ? -0.5 : 0.5), mul(call("sign", sub(a, b)), sub(d(a), d(b))));
  return add(mul(number(0.5), add(d(a), d(b))), half);
}

function slope(name: FunctionName, a: Expression): Expression {
  switch (name) {
    case "exp":
      return call("exp", a);
    case "log":
      return div(ONE, a);
    case "sqrt":
      return div(number(0.5), call("sqrt", a));
    case "abs":
      return call("sign", a);
    case "sin":
      return call("cos", a);
    case "cos":
      return negate(call("sin", a));
    case "tan":
      return add(ONE, pow(call("tan", a), number(2)));
    case "tanh":
      return sub(ONE, pow(call("tanh", a), number(2)));
    case "sigmoid":
      return mul(call("sigmoid", a), sub(ONE, call("sigmoid", a)));
    default:
      return ZERO;
  }
}
