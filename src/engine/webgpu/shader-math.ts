/** Library texts of the random numbers and of the functions that software adapters need in another form. */
import exp2Native from "../../../shaders/lib/exp2_native.wgsl?raw";
import exp2Polynomial from "../../../shaders/lib/exp2_polynomial.wgsl?raw";
import mulHiInteger from "../../../shaders/lib/mul_hi_integer.wgsl?raw";
import mulHiMagic from "../../../shaders/lib/mul_hi_magic.wgsl?raw";
import noiseChain from "../../../shaders/lib/noise_chain.wgsl?raw";
import noiseChainNone from "../../../shaders/lib/noise_chain_none.wgsl?raw";
import noiseQuadAligned from "../../../shaders/lib/noise_quad_aligned.wgsl?raw";
import noiseQuadAny from "../../../shaders/lib/noise_quad_any.wgsl?raw";
import normal from "../../../shaders/lib/normal.wgsl?raw";
import philox from "../../../shaders/lib/philox.wgsl?raw";
import streams from "../../../shaders/lib/streams.wgsl?raw";

/** Texts that define rng_block, rng_row and normal_pair. Both forms give the same bits. */
export function randomTexts(software: boolean): readonly string[] {
  return [streams, software ? mulHiMagic : mulHiInteger, philox, normal];
}

/** Text that defines weight_exp2. */
export function exp2Text(software: boolean): string {
  return software ? exp2Polynomial : exp2Native;
}

/** Texts that define noise_block; without noise it gives zeros and draws nothing. */
export function noiseText(noisy: boolean): string {
  return noisy ? noiseChain : noiseChainNone;
}

/** Texts that define noise_quad, normals at number + 0 .. 3; cheaper where every number is a multiple of four. */
export function noiseQuadText(aligned: boolean): string {
  return aligned ? noiseQuadAligned : noiseQuadAny;
}
