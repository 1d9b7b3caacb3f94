/** TeX of a formula, for display beside the text field. */
import type { Expression, FunctionName } from "../program.ts";

/** Binding strength of what was printed; a weaker part gets brackets inside a stronger one. */
const SUM = 1;
const PRODUCT = 2;
const SIGN = 3;
const POWER = 4;
const ATOM = 5;

interface Printed {
  readonly tex: string;
  readonly strength: number;
}

/** KaTeX-compatible TeX without delimiters. */
export function expressionToTex(expression: Expression): string {
  return print(expression).tex;
}

function print(expression: Expression): Printed {
  switch (expression.op) {
    case "number":
      return { tex: numberTex(expression.value), strength: ATOM };
    case "variable":
      return { tex: expression.name, strength: ATOM };
    case "negate":
      return { tex: `-${within(expression.arg, SIGN)}`, strength: SIGN };
    case "add":
      return { tex: `${within(expression.left, SUM)} + ${within(expression.right, SUM)}`, strength: SUM };
    case "sub":
      return { tex: `${within(expression.left, SUM)} - ${within(expression.right, PRODUCT)}`, strength: SUM };
    case "mul":
      return {
        tex: `${within(expression.left, PRODUCT)} \\cdot ${within(expression.right, POWER)}`,
        strength: PRODUCT,
      };
    case "div":
      return {
        tex: `\\frac{${print(expression.left).tex}}{${print(expression.right).tex}}`,
        strength: POWER,
      };
    case "pow":
      return powerTex(expression.left, expression.right);
    case "call":
      return callTex(expression.name, expression.args);
  }
}

function within(expression: Expression, strength: number): string {
  const printed = print(expression);
  return printed.strength >= strength ? printed.tex : bracket(printed.tex);
}

function bracket(tex: string): string {
  return `\\left(${tex}\\right)`;
}

function powerTex(base: Expression, exponent: Expression): Printed {
  // A fraction or another power as a base needs brackets although it binds tightly.
  return { tex: `{${within(base, ATOM)}}^{${print(exponent).tex}}`, strength: POWER };
}

const NAMES: Partial<Record<FunctionName, string>> = {
  exp: "\\exp",
  log: "\\ln",
  sin: "\\sin",
  cos: "\\cos",
  tan: "\\tan",
  tanh: "\\tanh",
  min: "\\min",
  max: "\\max",
};

function callTex(name: FunctionName, args: readonly Expression[]): Printed {
  const [first, second] = args;
  if (name === "pow" && first && second) return powerTex(first, second);
  const inner = args.map((arg) => print(arg).tex).join(", ");
  if (name === "sqrt") return { tex: `\\sqrt{${inner}}`, strength: ATOM };
  if (name === "abs") return { tex: `\\left|${inner}\\right|`, strength: ATOM };
  if (name === "floor") return { tex: `\\left\\lfloor ${inner}\\right\\rfloor`, strength: ATOM };
  return { tex: `${NAMES[name] ?? `\\operatorname{${name}}`}${bracket(inner)}`, strength: ATOM };
}

function numberTex(value: number): string {
  if (value === Math.PI) return "\\pi";
  if (value === Math.E) return "e";
  const [mantissa, exponent] = String(value).split("e");
  if (exponent === undefined) return `${mantissa}`;
  return `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}
