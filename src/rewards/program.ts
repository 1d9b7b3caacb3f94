/** A reward as plain data, safe to post to a worker; every engine evaluates the same program. Formulas are trees, never code. */
export type RewardProgram =
  /** r = -(x - center)' matrix (x - center); matrix [d, d] row-major. */
  | {
      readonly kind: "quadratic";
      readonly dim: number;
      readonly center: Float64Array;
      readonly matrix: Float64Array;
    }
  | { readonly kind: "linear"; readonly dim: number; readonly weights: Float64Array; readonly offset: number }
  /** centers [B, d], widths [B], heights [B]. */
  | {
      readonly kind: "bumps";
      readonly dim: number;
      readonly centers: Float64Array;
      readonly widths: Float64Array;
      readonly heights: Float64Array;
    }
  | {
      readonly kind: "ring";
      readonly dim: number;
      readonly center: Float64Array;
      readonly radius: number;
      readonly width: number;
    }
  | {
      readonly kind: "formula";
      readonly dim: number;
      readonly text: string;
      readonly expression: Expression;
    };

/** The whitelist of the formula language. `^` is a power; comparisons and assignment do not exist. */
export type Expression =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "variable"; readonly name: "x" | "y" }
  | { readonly op: "negate"; readonly arg: Expression }
  | {
      readonly op: "add" | "sub" | "mul" | "div" | "pow";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: "call"; readonly name: FunctionName; readonly args: readonly Expression[] };

export type FunctionName =
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "sin"
  | "cos"
  | "tan"
  | "tanh"
  | "sigmoid"
  | "sign"
  | "floor"
  | "min"
  | "max"
  | "pow";
