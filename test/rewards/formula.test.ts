import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../src/rewards/formula/compile.ts";
import { derivative } from "../../src/rewards/formula/derivative.ts";
import {
  FORMULA_MAX_LENGTH,
  FORMULA_MAX_NODES,
  FUNCTION_ARITY,
  parseFormula,
} from "../../src/rewards/formula/parse.ts";
import { expressionToTex } from "../../src/rewards/formula/tex.ts";
import { expressionToWgsl } from "../../src/rewards/formula/wgsl.ts";
import type { Expression, FunctionName } from "../../src/rewards/program.ts";
import katex from "katex";
import { expectClose } from "../support/numbers.ts";
import { evaluateTree } from "../support/rewards.ts";

function valueOf(text: string, x = 0, y = 0, dim = 2): number {
  const parsed = parseFormula(text, dim);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return compileExpression(parsed.expression)(x, y);
}

function errorOf(text: string, dim = 2): { message: string; position: number; caret: string } {
  const parsed = parseFormula(text, dim);
  if (parsed.ok) throw new Error(`${text}: must be refused`);
  return parsed;
}

describe("the formula language", () => {
  it("follows the precedence of mathematics", () => {
    const cases: readonly (readonly [string, number])[] = [
      ["-x^2", -9],
      ["(-x)^2", 9],
      ["-(x-1)^2", -4],
      ["2^x^2", 512],
      ["2**x**2", 512],
      ["2^-x", 1 / 8],
      ["-2^-2", -0.25],
      ["10 - x - 2", 5],
      ["12 / x / 2", 2],
      ["12 / x * 2", 8],
      ["1 + 2 * x ^ 2", 19],
      ["x * -y", -6],
      ["x - -y", 5],
      ["+x", 3],
      ["--x", 3],
      ["2 * (x + y) * 2", 20],
      ["1e-1*x + .5 + 2.", 2.8],
      ["pi - 2*e + e", Math.PI - Math.E],
      ["min(x, y) + max(x, y)", 5],
      ["pow(x, y)", 9],
      ["  x\t*\n y ", 6],
    ];
    for (const [text, value] of cases) expectClose(valueOf(text, 3, 2), value, { relative: 1e-15 }, text);
  });

  it("evaluates every function as Math does", () => {
    for (const name of Object.keys(FUNCTION_ARITY) as FunctionName[]) {
      const text = FUNCTION_ARITY[name] === 1 ? `${name}(x)` : `${name}(x, y)`;
      const expected = evaluateTree(parsed(text), 0.7, 1.3, () => 0);
      expectClose(valueOf(text, 0.7, 1.3), expected, { relative: 1e-15 }, text);
    }
  });

  it("points at the mistake", () => {
    const cases: readonly (readonly [text: string, position: number, message: RegExp])[] = [
      ["", 0, /ends where/],
      ["   ", 3, /ends where/],
      ["x +", 3, /ends where/],
      ["x + * 2", 4, /"\*" cannot stand here/],
      ["2x", 1, /product with \*, as in 2\*x/],
      ["(x+1)(x-1)", 5, /product with \*/],
      ["x y", 2, /product/],
      ["foo(x)", 0, /"foo" is not known; use x, y, pi, e and exp/],
      ["x + alert", 4, /"alert" is not known/],
      ["x.constructor", 1, /"\." is not part/],
      ["x[0]", 1, /"\[" is not part/],
      ["`x`", 0, /not part/],
      ["x = 2", 2, /"=" is not part/],
      ["constructor(x)", 0, /not known/],
      ["__proto__", 0, /not known/],
      ["toString(x)", 0, /not known/],
      ["sin x", 4, /write sin\(\.\.\.\)/],
      ["sin", 3, /write sin/],
      ["sin(x", 5, /not closed/],
      ["(x + 1", 6, /bracket opened at character 1/],
      ["x)", 1, /cannot stand here/],
      ["min(x)", 0, /min takes 2 arguments, got 1/],
      ["exp(x, y)", 0, /exp takes 1 argument, got 2/],
      ["1e99 * x", 0, /too large/],
      ["1.2.3", 3, /cannot stand here/],
      ["😀", 0, /"😀" is not part/],
      ["x + ², 1", 4, /not part/],
    ];
    for (const [text, position, message] of cases) {
      const error = errorOf(text);
      expect(error.message, text).toMatch(message);
      expect(error.position, text).toBe(position);
      expect(error.caret.split("\n")[1], text).toBe(" ".repeat(position) + "^");
    }
  });

  it("has y in two dimensions only, and no formula in three", () => {
    expect(errorOf("x + y", 1)).toMatchObject({
      position: 4,
      message: expect.stringMatching(/y is the second coordinate/),
    });
    expect(errorOf("x", 3).message).toMatch(/1 or 2 dimensions/);
  });

  it("limits length, size and depth", () => {
    expect(errorOf(`${"x".repeat(FORMULA_MAX_LENGTH + 1)}`).message).toMatch(/at most 300 characters/);
    expect(errorOf(`${"(".repeat(60)}x${")".repeat(60)}`).message).toMatch(/nested/);
    expect(errorOf("-".repeat(200) + "x").message).toMatch(/nested/);
    expect(errorOf("x^".repeat(100) + "x").message).toMatch(/nested/);
    expect(errorOf("x+".repeat(100) + "x").message).toMatch(/nested|parts/);
    const wide = `max(${"x*x*x*x*x*x*x*x*x*x,".repeat(1)}x)`;
    expect(parseFormula(wide, 1).ok).toBe(true);
    const parts = Array.from({ length: 11 }, () => "(x*x*x*x*x*x*x)").join("+");
    expect(errorOf(parts).message).toMatch(`more than ${FORMULA_MAX_NODES} parts`);
  });

  it("answers any text with a tree of the whitelist or an error inside the text", () => {
    const alphabet = fc.constantFrom(..."xy019.e+-*/^() ,", "sin", "max", "pi", "**", "foo", "\\", '"', "𝑥");
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(alphabet, { maxLength: 40 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = parseFormula(source, 2);
        if (!result.ok) {
          expect(result.position).toBeGreaterThanOrEqual(0);
          expect(result.position).toBeLessThanOrEqual(source.length);
          expect(result.message.length).toBeGreaterThan(5);
        } else expect(typeof compileExpression(result.expression)(0.3, -0.7)).toBe("number");
      }),
      { numRuns: 1000 },
    );
  });

  it("gives NaN outside the domain and keeps it to the end", () => {
    for (const text of [
      "log(x)",
      "exp(log(x))",
      "max(log(x), 1)",
      "0*log(x)",
      "1/x",
      "sqrt(x-1)",
      "x^-1",
      "(x-1)^0.5",
      "log(x)^0",
    ])
      expect(valueOf(text, 0), text).toBeNaN();
    expect(valueOf("x^0", 0)).toBe(1);
    expect(valueOf("(x-2)^3", 0)).toBe(-8);
  });
});

describe("derivatives of formulas", () => {
  const texts = [
    "-(x-1)^2 - 3*y",
    "exp(-x^2*y/2) * sin(3*x) - cos(pi*y)",
    "log(x^2 + 1) / (y + 3) + sqrt(x + 4)",
    "tanh(x*y) + sigmoid(2*x) - tan(y/3)",
    "(x^2+1)^y + 2^x - pow(y + 2, 1.5)",
    "min(x, y) * max(x*x, 0.1) + abs(x - y) - x^-2",
    "floor(x) * x + sign(y) * y",
  ];

  it("equal central differences", () => {
    for (const text of texts)
      for (const [x, y] of [
        [0.7, 0.4],
        [-1.3, 0.9],
        [2.1, -0.6],
      ] as const) {
        const f = compileExpression(parsed(text));
        // Error of a central difference: h^2 f'''/6 + 1e-16/h, with f''' up to some hundreds here.
        const h = 1e-5;
        const tolerance = { absolute: 1e-7, relative: 1e-7 };
        const alongX = compileExpression(derivative(parsed(text), "x"))(x, y);
        const alongY = compileExpression(derivative(parsed(text), "y"))(x, y);
        expectClose(alongX, (f(x + h, y) - f(x - h, y)) / (2 * h), tolerance, `d/dx ${text}`);
        expectClose(alongY, (f(x, y + h) - f(x, y - h)) / (2 * h), tolerance, `d/dy ${text}`);
      }
  });

  it("vanish for what does not vary, and notice a wrong factor (control)", () => {
    expect(derivative(parsed("sin(y)^2"), "x")).toEqual({ op: "number", value: 0 });
    expect(compileExpression(derivative(parsed("1.001*x^3"), "x"))(1, 0)).not.toBeCloseTo(3, 4);
  });
});

describe("formulas as text for other languages", () => {
  it("become TeX that KaTeX sets, with the brackets that are needed", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["-(x-1)^2", "-{\\left(x - 1\\right)}^{2}"],
      ["(-x)^2", "{\\left(-x\\right)}^{2}"],
      ["(x^2)^3", "{\\left({x}^{2}\\right)}^{3}"],
      ["x - (y - 1)", "x - \\left(y - 1\\right)"],
      ["(x + y) * 2", "\\left(x + y\\right) \\cdot 2"],
      ["x * -y", "x \\cdot \\left(-y\\right)"],
      ["1/(x+1)", "\\frac{1}{x + 1}"],
      ["(1/x)^2", "{\\left(\\frac{1}{x}\\right)}^{2}"],
      ["2*pi*e", "2 \\cdot \\pi \\cdot e"],
      ["1e-7*x", "1 \\cdot 10^{-7} \\cdot x"],
      ["sigmoid(abs(x))", "\\operatorname{sigmoid}\\left(\\left|x\\right|\\right)"],
      ["floor(sqrt(x))", "\\left\\lfloor \\sqrt{x}\\right\\rfloor"],
    ];
    for (const [text, tex] of cases) {
      expect(expressionToTex(parsed(text)), text).toBe(tex);
      expect(() => katex.renderToString(tex, { throwOnError: true })).not.toThrow();
    }
  });

  it("become WGSL of known functions and f32 literals only", () => {
    expect(expressionToWgsl(parsed("-(x-1)^2 + 0.1*y"))).toBe(
      "formula_result(formula_add((-formula_power_integer(formula_sub(x, 1f), 2i)), formula_mul(0.100000001f, y)))",
    );
    expect(expressionToWgsl(parsed("x^-3 + x^0.5 + 2^x"))).toContain("formula_power_integer(x, -3i)");
    expect(expressionToWgsl(parsed("3.4e38 + 1e-45"))).toMatch(/formula_add\(3\.\d+e38f, 0\.0f\)/);
  });
});

function parsed(text: string): Expression {
  const result = parseFormula(text, 2);
  if (!result.ok) throw new Error(`${text}: ${result.message}`);
  return result.expression;
}
