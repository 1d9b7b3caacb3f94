import { describe, expect, it } from "vitest";
import { KernelCache } from "../../src/gpu/kernels.ts";
import { checked } from "../../src/gpu/scopes.ts";
import { describeGpu } from "../support/gpu.ts";
import { kernelCases } from "./definitions.ts";

const cases = kernelCases();

describeGpu("every kernel", (context) => {
  // A pipeline of the other kind of adapter would say no more than its module does, and takes seconds to make.
  it.each(cases)("compiles: $title", async ({ definition, constants, software }) => {
    const { device, software: here } = context();
    // Forms with an optional feature are for adapters that have it.
    if (definition.texts[0]?.startsWith("enable subgroups") && !device.features.has("subgroups")) return;
    const kernels = new KernelCache(device);
    if (software === here) {
      const kernel = await checked(device, definition.name, () => kernels.get(definition, constants));
      expect(kernel.layouts).toHaveLength(definition.groups.length);
    } else expect(await kernels.messages(definition)).toEqual([]);
  });
});

describe("kernel texts", () => {
  it("name every binding with an explicit group, in order", () => {
    for (const { title, definition } of cases) {
      const code = definition.texts.join("\n");
      const bindings = [...code.matchAll(/@group\((\d)\) @binding\((\d)\) var<([^>]+)>/g)].map(
        ([, group, binding, space]) => `${group}.${binding} ${space}`,
      );
      const spaces = { uniform: "uniform", read: "storage, read", write: "storage, read_write" };
      const expected = definition.groups.flatMap((kinds, group) =>
        kinds.map((kind, binding) => `${group}.${binding} ${spaces[kind]}`),
      );
      expect(bindings, title).toEqual(expected);
    }
  });

  it("declare exactly the overrides that are set for them", () => {
    for (const { title, definition, constants } of cases) {
      const names = [...definition.texts.join("\n").matchAll(/^override (\w+)/gm)].map(([, name]) => name);
      expect(names.sort(), title).toEqual(Object.keys(constants).sort());
    }
  });
});
