import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { formatInterval } from "../../../src/charts/format.ts";
import type { ImageLabData } from "../../../src/lab/images/state.ts";
import { createImageStore } from "../../../src/lab/images/store.ts";
import { IMAGE_DEFAULTS } from "../../../src/spec/images/limits.ts";
import { IMAGE_REWARDS, IMAGE_STUDIES, type ImageSpec } from "../../../src/spec/images/types.ts";
import { ImagesApp } from "../../../src/ui/images/ImagesApp.tsx";
import { rowEstimates } from "../../../src/ui/images/samples/row-estimates.ts";
import { imageData, samplesFixture } from "./fixtures.ts";

function page(fields: Partial<ImageLabData> = {}): string {
  return renderToStaticMarkup(<ImagesApp store={createImageStore(imageData(fields), () => 0)} />);
}

function namesOf(markup: string, tag: string): string[] {
  return [...markup.matchAll(new RegExp(`<${tag}\\b[^>]*aria-label="([^"]*)"`, "g"))].map(
    ([, name]) => name ?? "",
  );
}

const TEACHER: ImageSpec = { ...IMAGE_DEFAULTS, model: { ...IMAGE_DEFAULTS.model, weights: "teacher" } };
const WINDOW: ImageSpec = {
  ...IMAGE_DEFAULTS,
  sampler: {
    ...IMAGE_DEFAULTS.sampler,
    grid: { kind: "power", power: 2 },
    schedule: { kind: "window", start: 0, size: 2 },
  },
  reward: { kind: "colour", colour: "red" },
};

const PROMPTS: ImageSpec = {
  ...IMAGE_DEFAULTS,
  evaluation: { ...IMAGE_DEFAULTS.evaluation, study: "prompts" },
};

describe("The image page", () => {
  it("has a tab for each study, the open one marked, and offers sets of prompts in their study alone", () => {
    const tabs = (markup: string) => [...markup.matchAll(/id="tab-(\w+)"[^>]*aria-selected="(\w+)"/g)];
    const open = (markup: string) => tabs(markup).filter(([, , on]) => on === "true");
    expect(tabs(page()).map(([, id]) => id)).toEqual([...IMAGE_STUDIES]);
    expect(open(page()).map(([, id]) => id)).toEqual(["sampler"]);
    expect(open(page({ spec: PROMPTS })).map(([, id]) => id)).toEqual(["prompts"]);
    expect(page({ spec: PROMPTS })).toContain("Sets of prompts");
    expect(page()).not.toContain("Sets of prompts");
  });

  it("says above the images that the teacher has too few steps, and names the ends of its η truly", () => {
    const teacher = page({ spec: TEACHER });
    expect(teacher).toMatch(/this is N = 4\. <button[^>]*>Take N = (<!-- -->)?32/);
    expect(teacher).not.toContain("consistency sampling");
    // Control: the student.
    expect(page()).not.toContain("teacher-note");
    expect(page()).toContain("multistep consistency sampling");
  });

  it("offers no run while the prompt has mistakes, and says why", () => {
    const button = (markup: string) => /<button[^>]*run-button[^>]*>/.exec(markup)?.[0] ?? "";
    const refused = button(page({ refusedPrompt: "boldd R" }));
    expect(refused).toMatch(/ disabled=""/);
    expect(refused).toContain('title="The prompt has mistakes; mend it to run"');
    expect(button(page())).not.toMatch(/ disabled=| title=/);
  });

  it("keeps the gap true to its name where the reward was changed and no new images are drawn", () => {
    const samples = { ...samplesFixture(IMAGE_DEFAULTS), gap: { value: -7, se: 1, n: 16 } };
    const numbers = (markup: string) => /<dl class="grid-numbers">.*?<\/dl>/s.exec(markup)?.[0] ?? "";
    for (const kind of ["boldness", "contrast", "colour"] as const) {
      const reward = kind === "colour" ? ({ kind, colour: "red" } as const) : { kind };
      const shown = numbers(page({ spec: { ...IMAGE_DEFAULTS, reward }, samples, live: false }));
      const gap = rowEstimates(samples, kind)?.gap ?? { value: NaN, se: NaN, n: 0 };
      expect(shown).toContain(`${formatInterval(gap)} (95 %, n = 16)`);
      // The images were judged by blue: red is measured with the next ones.
      expect(shown).toContain(kind === "colour" ? "closeness to blue" : `in ${kind}`);
      expect(shown).not.toContain("−7");
    }
  });

  it("gives every mean its error and n, and each word of help once", () => {
    const markup = page();
    const table = /<table class="reward-table">.*?<\/table>/s.exec(markup)?.[0] ?? "";
    const rows = [...table.matchAll(/<tr[^>]*><th scope="row">.*?<\/tr>/gs)].map(([row]) => row);
    expect(rows).toHaveLength(IMAGE_REWARDS.length);
    for (const row of rows.filter((one) => !one.includes("muted"))) {
      expect(row.match(/ ± /g)).toHaveLength(3);
      expect(row).toContain("<td>16</td>");
    }
    expect(markup.match(/<button[^>]*aria-label="What is: Reward gap"/g)).toHaveLength(1);
    expect(/class="study-help">.*?<\/span>/s.exec(markup)?.[0]).not.toContain("Reward gap");
  });

  it("says above 8 steps that the student was made for fewer, and says nothing of the teacher", () => {
    const noted = (spec: ImageSpec, steps: number) =>
      page({ spec: { ...spec, sampler: { ...spec.sampler, steps } }, samples: null }).includes(
        "The student was trained for 1 to 8 steps",
      );
    expect([noted(IMAGE_DEFAULTS, 8), noted(IMAGE_DEFAULTS, 9), noted(TEACHER, 9)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("stills the player over stored images, which are their last frame alone", () => {
    const live = samplesFixture(IMAGE_DEFAULTS, "stored");
    const [ode, sde] = live.rows.map((row) => ({
      ...row,
      states: row.states.subarray(-16 * 4096),
      predictions: row.predictions.subarray(0, 0),
    }));
    if (ode === undefined || sde === undefined) throw new Error("fixture: must have two rows");
    const stored = page({ samples: { ...live, times: [0], rows: [ode, sde] } });
    const still = /<div[^>]* inert[^>]*><div class="views-player"/;
    expect(stored).toMatch(still);
    expect(stored).toContain("step 4 of 4, t = 0");
    expect(stored).not.toContain("step 0 of 0");
    expect(stored).toMatch(/<button[^>]*disabled[^>]*>Guess</);
    // Control: with all frames the player can be used.
    const whole = page();
    expect(whole).not.toMatch(still);
    expect(whole).not.toMatch(/<button[^>]*disabled[^>]*>Guess</);
    expect(whole.replaceAll(/<[^>]*>/g, " ")).not.toMatch(/x_t|x0Hat/);
  });

  it("says which colour closeness is meant", () => {
    expect(page()).toContain("Closeness to blue");
    expect(page({ spec: WINDOW })).toContain("Closeness to red");
  });

  it.each([
    ["the student", {}],
    ["the teacher", { spec: TEACHER }],
    ["a window and a colour", { spec: WINDOW }],
    ["nothing drawn yet", { samples: null, charts: null }],
    ["the study of prompts", { spec: PROMPTS }],
  ] as const)("with %s names every control, and no two buttons or inputs alike", (_name, fields) => {
    const markup = page(fields);
    for (const tag of ["button", "input", "select"]) {
      const names = namesOf(markup, tag);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    }
    const ids = [...markup.matchAll(/<(?:input|select|textarea)\b[^>]* id="([^"]+)"/g)].map(
      ([, id]) => id ?? "",
    );
    const labelled = new Set([...markup.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id));
    expect(ids.length).toBeGreaterThan(8);
    expect(ids.filter((id) => !labelled.has(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("closes guidance and the negative prompt for the student, with the reason, and opens them for the teacher", () => {
    expect(page()).toMatch(/<fieldset[^>]*disabled[^>]*>.*Guidance was distilled into the student/s);
    expect(page({ spec: TEACHER })).not.toMatch(/<fieldset[^>]*disabled/);
  });

  it("names each image, and lets the tab key reach one image per row", () => {
    const markup = page();
    const tiles = [...markup.matchAll(/<button[^>]*class="image-tile[^"]*"[^>]*>/g)].map(([tag]) => tag);
    expect(tiles).toHaveLength(32);
    expect(tiles.filter((tag) => tag.includes('tabindex="0"'))).toHaveLength(2);
    expect(tiles.every((tag) => /aria-label="(ODE|SDE) image \d+ of 16, /.test(tag))).toBe(true);
  });

  it("offers every reward, with its card", () => {
    const markup = page();
    for (const kind of IMAGE_REWARDS) expect(markup).toContain(`<option value="${kind}"`);
    expect(markup).toContain("How it can be cheated");
  });

  it("marks the page that is open in the switch", () => {
    expect(page()).toMatch(/<a href="#model=glyphs"[^>]*aria-current="page"[^>]*>Images/);
    expect(page()).not.toMatch(/<a href="#"[^>]*aria-current/);
  });

  it("explains a bad link, and hides its header when embedded", () => {
    const linkProblem = {
      hash: "eta=x",
      problems: [{ field: "sampler.eta", message: "must be a number", key: "eta" }],
    };
    expect(page({ linkProblem })).toContain("Use the default for eta");
    expect(page()).not.toContain("Use the default for eta");
    expect(page({ embed: true })).not.toContain("page-switch");
  });

  it("shows why a run failed", () => {
    const run = { phase: "failed", message: "the weights must be complete", problems: [] } as const;
    expect(page({ run, charts: null })).toContain("Failed: the weights must be complete");
  });
});
