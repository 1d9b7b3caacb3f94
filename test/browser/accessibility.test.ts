import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LabServer, type OpenLab, finished, openAllSections, startLab } from "../support/lab-page.ts";
import { violations } from "../support/axe.ts";

let server: LabServer;
let lab: OpenLab;
beforeAll(async () => (server = await startLab()));
afterAll(() => server.close());
afterEach(() => lab.close());

describe.each(["light", "dark"] as const)("In the %s theme axe finds nothing wrong with", (colorScheme) => {
  it("the first view, its table, and the open menus", async () => {
    lab = await server.open("", { colorScheme });
    const { page } = lab;
    await finished(page);
    expect(await violations(page), "first view").toEqual([]);
    await page.getByRole("button", { name: "Table" }).first().click();
    expect(await violations(page), "table").toEqual([]);
    for (const name of ["Share and files", /^Engine: /]) {
      await page.getByRole("button", { name }).click();
      expect(await violations(page), String(name)).toEqual([]);
      await page.keyboard.press("Escape");
    }
  });

  it("every study and every control", async () => {
    lab = await server.open("", { colorScheme });
    const { page } = lab;
    await finished(page);
    await openAllSections(page);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      await finished(page);
      expect(await violations(page), (await tab.textContent()) ?? "").toEqual([]);
    }
  });

  it("the editors of two-dimensional data and the import of points", async () => {
    lab = await server.open("model=points", { colorScheme });
    const { page } = lab;
    await page.locator("button.preset", { hasText: "Own points" }).click();
    await finished(page);
    expect(await violations(page), "plane views").toEqual([]);
    await page.getByRole("button", { name: "Bring your own points …" }).click();
    await page.getByRole("dialog", { name: "Your own points" }).waitFor();
    expect(await violations(page), "import").toEqual([]);
  });

  it("the explanation of a bad link", async () => {
    lab = await server.open("eta=-1&N=x", { colorScheme });
    await lab.page.getByRole("alert", { name: "The link could not be opened" }).waitFor();
    await finished(lab.page);
    expect(await violations(lab.page)).toEqual([]);
  });
});

describe("The check itself", () => {
  it("finds a planted picture without a name and text without contrast (control)", async () => {
    lab = await server.open();
    await finished(lab.page);
    await lab.page.evaluate(() => {
      const image = document.createElement("img");
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
      const faint = document.createElement("p");
      faint.textContent = "faint";
      faint.style.cssText = "color:#ccc;background:#fff;position:fixed;top:0;left:0";
      document.querySelector("main")?.append(image, faint);
    });
    const found = (await violations(lab.page)).join("\n");
    expect(found).toContain("image-alt");
    expect(found).toContain("color-contrast");
  });
});

describe("By keyboard", () => {
  /** What has the focus: role or tag, and name. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      return `${at?.getAttribute("role") ?? at?.tagName.toLowerCase()} ${at?.getAttribute("aria-label") ?? at?.textContent?.trim().slice(0, 40) ?? ""}`;
    });

  it("every stop of the tab key has a name and a visible ring, and the end is reached", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    const seen: string[] = [];
    for (let i = 0; i < 300; i++) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return null;
        const labels = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? at.labels : null;
        const name =
          at.getAttribute("aria-label") ??
          at.getAttribute("title") ??
          labels?.[0]?.textContent ??
          at.textContent;
        const { outlineStyle, outlineWidth, boxShadow, stroke } = getComputedStyle(at);
        const ring =
          (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) ||
          boxShadow !== "none" ||
          stroke !== "none";
        return { name: name?.trim() ?? "", ring, html: at.outerHTML.slice(0, 120) };
      });
      if (stop === null) break;
      expect(stop.name, stop.html).not.toBe("");
      expect(stop.ring, `focus ring of ${stop.html}`).toBe(true);
      seen.push(stop.html);
    }
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.length, "the tab key must get out of the page").toBeLessThan(300);
  });

  it("a person skips to the charts, changes the study, shares, and undoes", async () => {
    lab = await server.open();
    const { page } = lab;
    await finished(page);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("Skip to the charts");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("study-panel");
    await page.getByRole("tab").first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).toContain("Gap by N");
    expect(await page.getByRole("tab", { name: "Gap by N" }).getAttribute("aria-selected")).toBe("true");
    await finished(page);
    const share = page.getByRole("button", { name: "Share and files" });
    await share.focus();
    await page.keyboard.press("Enter");
    const copy = page.getByRole("button", { name: "Copy link" });
    await copy.waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("Copy link");
    await page.keyboard.press("Escape");
    await copy.waitFor({ state: "hidden" });
    expect(await focused(page)).toContain("Share");
    await page.getByRole("textbox", { name: "Steps N", exact: true }).focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/N=1\d/);
    await share.focus();
    await page.keyboard.press("Control+z");
    await expect.poll(() => page.evaluate(() => location.hash)).not.toMatch(/N=/);
    expect(lab.complaints).toEqual([]);
  });
});
