import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { createLabStore } from "../../src/lab/store.ts";
import type { LabData } from "../../src/lab/state.ts";
import { PRESETS } from "../../src/spec/presets.ts";
import { ControlsPanel } from "../../src/ui/controls/ControlsPanel.tsx";
import { Header } from "../../src/ui/Header.tsx";
import { LabContext } from "../../src/ui/lab-context.ts";
import { LinkErrorPanel } from "../../src/ui/Notices.tsx";
import { PanelBoundary } from "../../src/ui/PanelBoundary.tsx";
import { RunStrip } from "../../src/ui/RunStrip.tsx";
import { StudyPanel } from "../../src/ui/StudyPanel.tsx";
import { labData } from "../lab/fakes.ts";

/** All sections open, so that every control is drawn. */
const OPEN = Object.fromEntries(
  ["presets", "sampler", "model", "process", "reward", "target", "evaluation"].map((id) => [id, true]),
);

function page(fields: Partial<LabData> = {}): string {
  const store = createLabStore(labData({ sections: OPEN, ...fields }), () => 0);
  return renderToStaticMarkup(
    <LabContext value={store}>
      <Header />
      <RunStrip />
      <LinkErrorPanel />
      <ControlsPanel />
      <StudyPanel />
    </LabContext>,
  );
}

function namesOf(markup: string, tag: string): string[] {
  return [...markup.matchAll(new RegExp(`<${tag}\\b[^>]*aria-label="([^"]*)"`, "g"))].map(
    ([, name]) => name ?? "",
  );
}

describe("The page", () => {
  it.each(PRESETS.map(({ id, spec }) => [id, spec] as const))(
    "with preset %s names every control, and no two buttons or inputs alike",
    (_id, spec) => {
      const markup = page({ spec });
      for (const tag of ["button", "input"]) {
        const names = namesOf(markup, tag);
        expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
        expect(names.length).toBeGreaterThan(3);
      }
      const ids = [...markup.matchAll(/<(?:input|select)\b[^>]* id="([^"]+)"/g)].map(([, id]) => id ?? "");
      const labelled = new Set([...markup.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id));
      const named = new Set(
        [
          ...markup.matchAll(
            /<input\b[^>]* id="([^"]+)"[^>]*aria-label=|<input\b[^>]*aria-label=[^>]* id="([^"]+)"/g,
          ),
        ].map(([, a, b]) => a ?? b),
      );
      expect(ids.filter((id) => !labelled.has(id) && !named.has(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it("explains a bad link field by field, with a button for each and the rest of the page in place", () => {
    const markup = page({
      linkProblem: {
        hash: "eta=abc&z=1",
        problems: [
          { field: "sampler.eta", message: "must be a number", key: "eta", typed: "eta" },
          { field: "model", message: "must be whole", key: null },
        ],
      },
    });
    expect(markup).toContain("<code>eta</code> must be a number");
    expect(markup).toContain("<code>model</code> must be whole");
    expect(markup).not.toContain("sampler.eta");
    expect(markup).toContain("Use the default for eta");
    expect(markup).toContain("Stochasticity η");
    expect(page()).not.toContain("Use the default for");
  });

  it("shows a refusal as its own sentence", () => {
    const store = labData();
    const markup = page({
      charts: {
        [store.study]: {
          specKey: "",
          charts: [],
          stage: "full",
          particles: 0,
          engine: null,
          refusal: "Reading B needs a Gaussian law.",
        },
      },
    });
    expect(markup).toContain("Reading B needs a Gaussian law.");
  });
});

describe("A panel's boundary", () => {
  it("turns any error into one with a message", () => {
    expect(PanelBoundary.getDerivedStateFromError("odd").error.message).toBe("odd");
  });
});
