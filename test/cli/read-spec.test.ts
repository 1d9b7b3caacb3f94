import { describe, expect, test } from "vitest";
import { readSpec } from "../../src/cli/read-spec.ts";
import { formatProblem, SpecError } from "../../src/spec/problems.ts";

async function* typing(text: string): AsyncIterable<string> {
  yield await Promise.resolve(text);
}

/** What a terminal shows of a specification with mistakes: the first word of each line, the lines, and the notices. */
async function refusal(source: string, input = "") {
  const error: unknown = await readSpec(source, typing(input)).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SpecError)) throw new Error("must be refused", { cause: error });
  const lines = error.problems.map(formatProblem);
  return { names: lines.map((line) => line.split(": ")[0]), lines, notices: error.notices };
}

describe("a link with mistakes", () => {
  test("of images names all of them by what was typed, and what it ignores", async () => {
    const told = await refusal("#model=glyphs&prompt=bold%20light%20A&open=maybe&eta=-3&foo=1");
    expect(told.names).toEqual(["open", "prompt", "eta"]);
    expect(told.lines[0]).toMatch(/^open: must be one of network, drawn, got "maybe"/);
    expect(told.notices.join()).toContain('"foo"');
  });

  test("of laws says which part of a key's value is meant", async () => {
    const told = await refusal("eta=abc&etas=0,-4&schedule=window:0,-3&v=3&etta=1");
    expect([...told.names].sort()).toEqual(["eta", "etas[1]", "schedule.size", "v"]);
    expect(told.notices.join()).toContain("Did you mean eta?");
  });

  test("of a training names the field as well where another key is to blame", async () => {
    const told = await refusal("#train=ddpo-is&eta=-1&reward.3=foo");
    expect([...told.names].sort()).toEqual(["eta", "reward.3"]);
    // The batch was given, the group was not: its default does not divide 7.
    expect((await refusal("#train=flow-grpo&batch=7")).names).toEqual(["batch (algorithm.group)"]);
    expect((await refusal("#train=ddpo-is&model=glyphs&prompts=zebra&rank=0")).names).toEqual([
      "rank",
      "prompts[0]",
    ]);
  });

  test("that is too long or broken has no field to name", async () => {
    expect((await refusal(`#${"x".repeat(40_000)}`)).names).toEqual(["link"]);
    expect((await refusal("#model=glyphs&eta=%zz")).names).toContain("eta");
  });
});

test("a file with mistakes names fields", async () => {
  const json = { version: 1, model: { kind: "glyphs", completion: "maybe", prompt: "zebra" } };
  expect((await refusal("-", JSON.stringify(json))).names).toEqual([
    "spec.model.completion",
    "spec.model.prompt",
  ]);
});
