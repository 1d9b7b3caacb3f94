/**
 * The formula language of rewards: numbers, x (and y in 2-D), pi, e, + - * / ^ (or **), parentheses and a fixed list of
 * functions. Text becomes an `Expression` tree or an error that points at the character; nothing is ever evaluated as code.
 *
 * Precedence as in mathematics: ^ binds tighter than a sign on its left (-x^2 is -(x^2)) and groups to the right. A library
 * parser (jsep) was tried: it reads -(x-1)^2 as (-(x-1))^2 and keeps no positions, so the grammar is spelt out here.
 */
import type { Expression, FunctionName } from "../program.ts";

/** Longest formula text, characters. */
export const FORMULA_MAX_LENGTH = 300;
/** Largest number of nodes of an expression tree. */
export const FORMULA_MAX_NODES = 150;
/** Deepest nesting of an expression tree: keeps every walker, here and in a shader compiler, far from its stack limit. */
export const FORMULA_MAX_DEPTH = 50;

/** Number of arguments of every function of the language. */
export const FUNCTION_ARITY: Readonly<Record<FunctionName, number>> = {
  exp: 1,
  log: 1,
  sqrt: 1,
  abs: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  tanh: 1,
  sigmoid: 1,
  sign: 1,
  floor: 1,
  min: 2,
  max: 2,
  pow: 2,
};

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

export type ParsedFormula =
  | { readonly ok: true; readonly expression: Expression }
  | {
      readonly ok: false;
      readonly message: string;
      /** Zero-based character at which the formula stops making sense; the text's length if something is missing. */
      readonly position: number;
      /** The text and, on a second line, a caret under `position`; for a monospaced font. */
      readonly caret: string;
    };

interface Token {
  readonly kind: "number" | "name" | "symbol" | "end";
  readonly text: string;
  readonly position: number;
}

class FormulaError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/**
 * The expression tree of a formula, or an error with its position.
 *
 * dim   1 or 2; y exists only in 2-D
 */
export function parseFormula(text: string, dim: number): ParsedFormula {
  try {
    if (dim !== 1 && dim !== 2)
      throw new FormulaError(`a formula needs a model in 1 or 2 dimensions, this one has ${dim}`, 0);
    if (text.length > FORMULA_MAX_LENGTH)
      throw new FormulaError(
        `must have at most ${FORMULA_MAX_LENGTH} characters, has ${text.length}; shorten it`,
        FORMULA_MAX_LENGTH,
      );
    return { ok: true, expression: new Parser(tokenize(text), dim).formula() };
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return {
      ok: false,
      message: error.message,
      position: error.position,
      caret: `${text.replaceAll(/\s/g, " ")}\n${" ".repeat(error.position)}^`,
    };
  }
}

const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),]))/y;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) {
      const position = at + (text.slice(at).length - text.slice(at).trimStart().length);
      throw new FormulaError(
        `"${String.fromCodePoint(text.codePointAt(position) ?? 0)}" is not part of the language`,
        position,
      );
    }
    at = TOKEN.lastIndex;
    const [, number, name, symbol] = match;
    const found = number ?? name ?? symbol ?? "";
    const kind = number !== undefined ? "number" : name !== undefined ? "name" : "symbol";
    tokens.push({ kind, text: found === "**" ? "^" : found, position: at - found.length });
  }
  tokens.push({ kind: "end", text: "the end", position: text.length });
  return tokens;
}

const BINARY: ReadonlyMap<string, "add" | "sub" | "mul" | "div"> = new Map([
  ["+", "add"],
  ["-", "sub"],
  ["*", "mul"],
  ["/", "div"],
]);

/** Recursive descent: sum > product > signed > power > atom. */
class Parser {
  private index = 0;
  private nodes = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];
  private readonly dim: number;

  constructor(tokens: readonly Token[], dim: number) {
    this.tokens = tokens;
    this.dim = dim;
  }

  formula(): Expression {
    const expression = this.sum();
    const rest = this.peek();
    if (rest.kind !== "end") throw this.unexpected(rest);
    return expression;
  }

  private sum(): Expression {
    return this.leftAssociative(["+", "-"], () => this.product());
  }

  private product(): Expression {
    return this.leftAssociative(["*", "/"], () => this.signed());
  }

  private leftAssociative(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    let depth = 0;
    for (;;) {
      const token = this.peek();
      const op = BINARY.get(token.text);
      if (token.kind !== "symbol" || !operators.includes(token.text) || op === undefined) return left;
      this.index++;
      // A chain a + b + c grows the tree to the left without recursion here, so its depth is counted by hand.
      if (++depth + this.depth > FORMULA_MAX_DEPTH) throw this.tooDeep(token.position);
      left = this.node({ op, left, right: operand() }, token.position);
    }
  }

  private signed(): Expression {
    const token = this.peek();
    if (token.kind !== "symbol" || (token.text !== "-" && token.text !== "+")) return this.power();
    this.index++;
    const arg = this.nested(token.position, () => this.signed());
    return token.text === "+" ? arg : this.node({ op: "negate", arg }, token.position);
  }

  private power(): Expression {
    const left = this.atom();
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== "^") return left;
    this.index++;
    const right = this.nested(token.position, () => this.signed());
    return this.node({ op: "pow", left, right }, token.position);
  }

  private atom(): Expression {
    const token = this.next();
    if (token.kind === "number") return this.number(token);
    if (token.kind === "name") return this.name(token);
    if (token.kind === "symbol" && token.text === "(") {
      const inner = this.nested(token.position, () => this.sum());
      this.expect(")", `the bracket opened at character ${token.position + 1} is not closed`);
      return inner;
    }
    throw this.unexpected(token);
  }

  private number(token: Token): Expression {
    const value = Number(token.text);
    // The device computes in f32: a number beyond its range would mean two different things on two engines.
    if (!Number.isFinite(Math.fround(value)))
      throw new FormulaError(`${token.text} is too large; numbers go up to 3.4e38`, token.position);
    return this.node({ op: "number", value }, token.position);
  }

  private name(token: Token): Expression {
    const name = token.text;
    if (name === "x" || (name === "y" && this.dim === 2))
      return this.node({ op: "variable", name }, token.position);
    if (name === "y")
      throw new FormulaError(
        "y is the second coordinate, but this model has one dimension; use x",
        token.position,
      );
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return this.node({ op: "number", value: constant }, token.position);
    if (isFunctionName(name)) return this.call(name, token);
    throw new FormulaError(`"${name}" is not known; ${known(this.dim)}`, token.position);
  }

  private call(name: FunctionName, token: Token): Expression {
    this.expect("(", `${name} is a function; write ${name}(...)`);
    const args = this.nested(token.position, () => {
      const list = [this.sum()];
      while (this.peek().text === ",") {
        this.index++;
        list.push(this.sum());
      }
      return list;
    });
    this.expect(")", `the arguments of ${name} are not closed by a bracket`);
    const arity = FUNCTION_ARITY[name];
    if (args.length !== arity)
      throw new FormulaError(
        `${name} takes ${arity} argument${arity > 1 ? "s" : ""}, got ${args.length}`,
        token.position,
      );
    return this.node({ op: "call", name, args }, token.position);
  }

  private node(expression: Expression, position: number): Expression {
    if (++this.nodes > FORMULA_MAX_NODES)
      throw new FormulaError(`has more than ${FORMULA_MAX_NODES} parts; simplify it`, position);
    return expression;
  }

  private nested<R>(position: number, parse: () => R): R {
    if (++this.depth > FORMULA_MAX_DEPTH) throw this.tooDeep(position);
    const result = parse();
    this.depth--;
    return result;
  }

  private tooDeep(position: number): FormulaError {
    return new FormulaError(`is nested more than ${FORMULA_MAX_DEPTH} deep; simplify it`, position);
  }

  private expect(symbol: string, message: string): void {
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== symbol) throw new FormulaError(message, token.position);
    this.index++;
  }

  private unexpected(token: Token): FormulaError {
    if (token.kind === "end")
      return new FormulaError("the formula ends where a number, x or a function must follow", token.position);
    const before = this.tokens[this.tokens.indexOf(token) - 1];
    const product =
      before && (before.kind !== "symbol" || before.text === ")") && token.text !== ")" && token.text !== ",";
    const hint = product
      ? `; write a product with *, as in ${before.text === ")" ? "(x+1)" : before.text}*${token.text}`
      : "";
    return new FormulaError(`"${token.text}" cannot stand here${hint}`, token.position);
  }

  private peek(): Token {
    const token = this.tokens[this.index];
    if (!token) throw new FormulaError("the formula ends too early", 0);
    return token;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.index++;
    return token;
  }
}

function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTION_ARITY, name);
}

function known(dim: number): string {
  return `use ${dim === 2 ? "x, y" : "x"}, pi, e and ${Object.keys(FUNCTION_ARITY).join(", ")}`;
}
