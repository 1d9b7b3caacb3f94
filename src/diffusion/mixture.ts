/** Everything about laws that are mixtures of Gaussians, under one name. */
export * from "./gaussian-mixture.ts";
export * from "./sample-mixture.ts";
export * from "./score.ts";
