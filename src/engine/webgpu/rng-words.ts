/** Random words of counters, as the kernels draw them; shaders/sampling/rng_words.wgsl. */
import rngWords from "../../../shaders/sampling/rng_words.wgsl?raw";
import { bindKernel, type KernelDefinition } from "../../gpu/kernels.ts";
import { uniformLayout } from "../../gpu/uniform-layout.ts";
import { WORKGROUP_SIZE, workgroups, type Workspace } from "./chain.ts";
import { lanesKeepText, lanesPerPoint, randomTexts } from "./shader-math.ts";

export const WORDS_PARAMS = uniformLayout("WordsParams", {
  seed: "u32",
  stream: "u32",
  block: "u32",
  first: "u32",
  count: "u32",
});

export function rngWordsDefinition(software: boolean): KernelDefinition {
  return {
    name: "rng_words",
    texts: [...randomTexts(software), lanesKeepText(software), rngWords],
    groups: [["uniform"], ["write"]],
  };
}

/** Encodes words [count, 4] of counters (first .. first + count - 1, block, 0, 0) and returns their buffer. */
export async function prepareRngWords(
  { kernels, software, scope }: Workspace,
  key: { readonly seed: number; readonly stream: number; readonly block: number },
  first: number,
  count: number,
): Promise<{ readonly buffer: GPUBuffer; encode(pass: GPUComputePassEncoder): void }> {
  const kernel = await kernels.get(rngWordsDefinition(software), { WORKGROUP_SIZE });
  const buffer = scope.storage("rng_words.words", 16 * count);
  const params = scope.uniform(WORDS_PARAMS, { ...key, first, count });
  return {
    buffer,
    encode(pass) {
      bindKernel(kernels.device, pass, kernel, [[params], [buffer]]);
      pass.dispatchWorkgroups(workgroups(count, lanesPerPoint(software) * WORKGROUP_SIZE));
    },
  };
}
