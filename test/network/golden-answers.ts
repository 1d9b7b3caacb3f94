/** What PyTorch answers on the hashed weights and inputs, from golden/make.py and golden/mini.py. */
import { readFileSync } from "node:fs";
import { readSafetensors, type StoredTensor } from "../../src/network/safetensors.ts";

/** PyTorch's answers. */
export function golden() {
  const file = readSafetensors(readFileSync(new URL("golden/network.safetensors", import.meta.url)));
  const tensor = (name: string): StoredTensor => file.tensors.get(name)!;
  return {
    x0Hat: tensor("x0Hat").data,
    frequencies: tensor("frequencies").data,
    tensor,
    /** Largest difference of PyTorch's own f32 pass from its f64 pass. */
    singleError: Number(file.metadata["pytorchF32Error"]),
  };
}

/** PyTorch's answers for MINI: x0Hat, and what six steps of the teacher's training give. */
export function miniGolden() {
  const file = readSafetensors(readFileSync(new URL("golden/mini.safetensors", import.meta.url)));
  const numbers = (name: string): readonly number[] => [...file.tensors.get(name)!.data];
  const names = file.metadata["parameters"]!.split(",");
  const byName = (name: string) => new Map(numbers(name).map((value, i) => [names[i]!, value]));
  return {
    x0Hat: numbers("x0Hat"),
    singleError: Number(file.metadata["pytorchF32Error"]),
    losses: numbers("losses"),
    gradientNorms: numbers("gradientNorms"),
    firstGradients: byName("firstGradients"),
    averages: byName("averages"),
    seenColours: numbers("seenColours"),
    painted: numbers("painted"),
  };
}
