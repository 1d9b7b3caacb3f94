/**
 * Library texts in the form that suits the adapter. GPUs take four particles per invocation in vectors and the built-in
 * functions; software adapters take one at a time (they make vectors of invocations themselves), no shifts and no built-ins
 * that they run lane by lane. Both forms give the same random bits.
 */
import exp2Native from "../../../shaders/lib/exp2_native.wgsl?raw";
import exp2Polynomial from "../../../shaders/lib/exp2_polynomial.wgsl?raw";
import lanes1 from "../../../shaders/lib/lanes_1.wgsl?raw";
import lanes4 from "../../../shaders/lib/lanes_4.wgsl?raw";
import lanesKeep1 from "../../../shaders/lib/lanes_keep_1.wgsl?raw";
import lanesKeep4 from "../../../shaders/lib/lanes_keep_4.wgsl?raw";
import mulHiInteger from "../../../shaders/lib/mul_hi_integer.wgsl?raw";
import mulHiMagic from "../../../shaders/lib/mul_hi_magic.wgsl?raw";
import noiseChain from "../../../shaders/lib/noise_chain.wgsl?raw";
import noiseChainNone from "../../../shaders/lib/noise_chain_none.wgsl?raw";
import noisePrior from "../../../shaders/lib/noise_prior.wgsl?raw";
import noiseQuadAligned from "../../../shaders/lib/noise_quad_aligned.wgsl?raw";
import noiseQuadAny from "../../../shaders/lib/noise_quad_any.wgsl?raw";
import normal from "../../../shaders/lib/normal.wgsl?raw";
import philox from "../../../shaders/lib/philox.wgsl?raw";
import streams from "../../../shaders/lib/streams.wgsl?raw";

/** Particles of one Lanes. */
export function lanesPerPoint(software: boolean): number {
  return software ? 1 : 4;
}

/** Texts that define Lanes and its kin. */
export function lanesText(software: boolean): string {
  return software ? lanes1 : lanes4;
}

/** Text that defines lanes_keep; the kernel must define `kept`, KeptLanes and params.count. */
export function lanesKeepText(software: boolean): string {
  return software ? lanesKeep1 : lanesKeep4;
}

/** Texts that define Lanes, rng_block, rng_row and prior_block. */
export function randomTexts(software: boolean): readonly string[] {
  return [lanesText(software), streams, software ? mulHiMagic : mulHiInteger, philox, normal, noisePrior];
}

/** Text that defines weight_exp2. */
export function exp2Text(software: boolean): string {
  return software ? exp2Polynomial : exp2Native;
}

/** Text that defines noise_block; without noise it gives zeros and draws nothing. */
export function noiseText(noisy: boolean): string {
  return noisy ? noiseChain : noiseChainNone;
}

/** Text that defines noise_quad, normals at number + 0 .. 3; cheaper where every number is a multiple of four. */
export function noiseQuadText(aligned: boolean): string {
  return aligned ? noiseQuadAligned : noiseQuadAny;
}
