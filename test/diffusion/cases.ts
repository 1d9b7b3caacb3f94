import { type ProcessParameters } from "../../src/diffusion/processes/index.ts";

/** One or more of every process, with names for test titles. */
export const PROCESS_CASES: readonly (readonly [string, ProcessParameters])[] = [
  ["VE", { kind: "ve", T: 5 }],
  ["VE to T = 1e4", { kind: "ve", T: 1e4 }],
  ["VP linear", { kind: "vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 }],
  ["VP constant", { kind: "vp", beta: { kind: "constant", value: 3 }, T: 2 }],
  ["VP cosine", { kind: "vp", beta: { kind: "cosine", offset: 0.008 }, T: 0.98 }],
  ["sub-VP linear", { kind: "sub-vp", beta: { kind: "linear", min: 0.1, max: 20 }, T: 1 }],
  ["sub-VP cosine", { kind: "sub-vp", beta: { kind: "cosine", offset: 0.008 }, T: 0.9 }],
  ["rectified flow", { kind: "flow", T: 0.95 }],
  ["contractive OU", { kind: "contractive-ou", theta: 0.7, noise: 1.3, T: 2 }],
  ["contractive OU at theta = 0", { kind: "contractive-ou", theta: 0, noise: 1.3, T: 2 }],
  ["contractive sub-VP", { kind: "contractive-sub-vp", beta: { kind: "linear", min: 0.1, max: 4 }, T: 1 }],
];
