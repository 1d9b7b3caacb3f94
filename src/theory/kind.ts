/** What a theoretical number promises; the same words as on the charts. */
export type TheoryKind = "exact" | "bound" | "asymptotic" | "heuristic";
