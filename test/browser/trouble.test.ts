import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LabServer, type OpenLab, finished, runText, setNumber, startLab } from "../support/lab-page.ts";

describe("A bad link", () => {
  let server: LabServer;
  beforeAll(async () => (server = await startLab()));
  afterAll(() => server.close());

  it.each([
    ["eta=-1", "eta"],
    ["eta=NaN", "eta"],
    ["eta=Infinity", "eta"],
    ["N=0", "N"],
    ["N=abc", "N"],
    ["model=frog", "model"],
    ["process=vp&beta=linear:9,x", "beta"],
    ["particles=1e12", "particles"],
    ["reward=formula&formula=1%2B%2A2", "formula"],
    ["reward=formula&formula=alert(1)", "formula"],
    ["cov=-3", "cov"],
    ["etas=", "etas"],
    ["target=tilted&klWeight=0", "klWeight"],
  ])("%s shows an error that names %s, and a working page", async (hash, key) => {
    const lab = await server.open(hash);
    const { page } = lab;
    const alert = page.getByRole("alert", { name: "The link could not be opened" });
    await alert.waitFor();
    expect(await alert.locator("code").allTextContents()).toContain(key);
    expect(await page.evaluate(() => decodeURIComponent(location.hash))).toContain(decodeURIComponent(hash));
    await finished(page);
    await page.getByRole("button", { name: "Use defaults for all of these" }).click();
    await alert.waitFor({ state: "detached" });
    await finished(page);
    expect(lab.complaints).toEqual([]);
    await lab.close();
  });

  it("of any shape never leaves the page blank", async () => {
    const lab = await server.open();
    const { page } = lab;
    await finished(page);
    for (const hash of oddLinks()) {
      await page.evaluate((text) => (location.hash = text), hash);
      await expect
        .poll(() => page.evaluate(() => document.querySelectorAll("h1, .run-strip, [role=tab]").length), {
          message: hash,
        })
        .toBeGreaterThan(5);
    }
    await page.evaluate(() => (location.hash = ""));
    await finished(page);
    expect(lab.complaints).toEqual([]);
    await lab.close();
  });
});

describe("Without WebGPU", () => {
  it("the lab says so in a sentence and runs on the CPU", async () => {
    const server = await startLab({ webgpu: false });
    const lab = await server.open("", { before: () => Reflect.deleteProperty(Navigator.prototype, "gpu") });
    const { page } = lab;
    await finished(page);
    await page.getByRole("button", { name: /^Engine: CPU/ }).click();
    await page.getByText(/WebGPU cannot be used here, so the lab runs on the CPU\./).waitFor();
    expect(lab.complaints).toEqual([]);
    await server.close();
  });
});

describe("On WebGPU", () => {
  let server: LabServer;
  let lab: OpenLab;
  beforeAll(async () => (server = await startLab()));
  afterAll(() => server.close());

  /** Runs in the page: keeps every device, so that a test can destroy them. */
  function keepDevices(): void {
    if (typeof GPUAdapter === "undefined") return;
    const devices: GPUDevice[] = [];
    Object.assign(globalThis, { devices });
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      const device = await request.apply(this, args);
      devices.push(device);
      return device;
    };
  }

  async function openOnWebGpu(hash: string, before?: () => void): Promise<OpenLab> {
    const opened = await server.open(hash, before ? { before } : {});
    const { page } = opened;
    await finished(page);
    await page.getByRole("button", { name: /^Engine: / }).click();
    await page.getByRole("button", { name: "WebGPU", exact: true }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Engine: WebGPU: / }).waitFor({ timeout: 30_000 });
    await finished(page);
    return opened;
  }

  it("the lab names the adapter, passes its self-test and measures", async () => {
    lab = await openOnWebGpu("");
    const { page } = lab;
    expect(await page.locator(".stage").textContent()).not.toContain("CPU");
    await page.getByRole("button", { name: /^Engine: / }).click();
    await page.getByRole("button", { name: "Run self-test" }).click();
    await page.locator(".self-test li").nth(2).waitFor({ timeout: 30_000 });
    expect(await page.locator(".self-test").textContent()).not.toContain("Failed");
    expect(lab.complaints).toEqual([]);
    await lab.close();
  });

  it("a device lost in mid-run is replaced, the run repeated, and the person told", async () => {
    lab = await openOnWebGpu("", keepDevices);
    const { page } = lab;
    await page.getByText("Measurement").first().click();
    await setNumber(page, "Particles", 1_000_000);
    await expect.poll(() => runText(page), { timeout: 30_000 }).toMatch(/^Measuring/);
    await page.evaluate(() => {
      for (const device of (globalThis as unknown as { devices: GPUDevice[] }).devices) device.destroy();
    });
    await page.getByText(/The engine was lost/).waitFor();
    await finished(page, 90_000);
    await setNumber(page, "Particles", 5000);
    await finished(page);
    await page.getByRole("button", { name: /^Engine: WebGPU: / }).waitFor();
    await lab.close();
  });

  it("a crash of the GPU process does not end the lab", async () => {
    lab = await openOnWebGpu("");
    const { page } = lab;
    const browser = page.context().browser();
    const session = await browser?.newBrowserCDPSession();
    // The command never answers: the process that would is gone.
    void session?.send("Browser.crashGpuProcess").catch(() => undefined);
    await page.getByText(/The engine was lost/).waitFor({ timeout: 30_000 });
    await finished(page, 90_000);
    await setNumber(page, "Steps N", 11);
    await page.getByRole("heading", { name: /N = 11/ }).waitFor();
    await finished(page, 90_000);
    await lab.close();
  });
});

/** Hashes that nobody would write: cut, doubled, misspelt, binary, huge. A fixed generator, so that failures repeat. */
function oddLinks(): readonly string[] {
  let state = 12_345;
  const random = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const keys = [
    "model",
    "process",
    "eta",
    "N",
    "T",
    "beta",
    "components",
    "z",
    "reward",
    "formula",
    "seed",
    "etas",
    "ui.study",
    "x",
  ];
  const values = [
    "",
    "-1",
    "1e999",
    "NaN",
    "null",
    "[]",
    "%",
    "%zz",
    "mixture",
    "vp",
    "<script>",
    "💥",
    "0,0,0",
    "a:b:c",
    "1".repeat(5000),
  ];
  const pick = (from: readonly string[]) => from[random(from.length)] ?? "";
  const made = Array.from({ length: 40 }, () =>
    Array.from({ length: 1 + random(4) }, () => `${pick(keys)}=${pick(values)}`).join("&"),
  );
  return ["%", "#", "=", "&&&", "v=99", "z=AAAA", "z=%00", "constructor=1&__proto__=2", ...made];
}
