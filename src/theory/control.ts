/** Reading B, the KL-optimal control of a training sampler, under one name. */
export * from "./control-laws.ts";
export * from "./control-model.ts";
