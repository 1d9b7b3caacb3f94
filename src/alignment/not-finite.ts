/** A number of an iteration is not finite. Whoever runs the iteration adds its number and rolls back. */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";
  /** What likely caused it and what to do. */
  readonly advice: string;

  constructor(what: string, advice: string) {
    super(`${what}; ${advice}`);
    this.advice = advice;
  }
}
