/** A network as samplers see it. */

export interface NetworkModel {
  /**
   * x0Hat [P, D] at x [P, D], time t, for a jump to time s (0 <= s <= t; a teacher has no use for it) and prompts
   * [P, slots] of token numbers. Rejects with AbortError.
   */
  predict(
    x: Float32Array,
    t: number,
    s: number,
    prompts: Int32Array,
    signal?: AbortSignal,
  ): Promise<Float32Array>;
}
