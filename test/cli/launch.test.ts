import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { chromiumFlags, findChromium } from "../../src/cli/launch/chromium.mjs";
import { ROOT } from "../../src/cli/launch/paths.mjs";
import { serve } from "../../src/cli/launch/serve.mjs";

const folder = mkdtempSync(join(tmpdir(), "etalon-serve-"));

beforeAll(() => {
  mkdirSync(join(folder, "lab/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "lab/index.html"), "<!doctype html>");
  writeFileSync(join(folder, "lab/assets/a.js"), "let a;");
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Status and body of a request whose path is sent as written, without the tidying of a browser. */
function get(url: string, path: string): Promise<{ status: number; body: string; type: string | undefined }> {
  return new Promise((done, failed) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () =>
        done({ status: response.statusCode ?? 0, body, type: response.headers["content-type"] }),
      );
    })
      .on("error", failed)
      .end();
  });
}

describe("The static server", () => {
  it("serves the page under its base path, with content types", async () => {
    const { url, close } = await serve(join(folder, "lab"), { base: "/some/where/" });
    expect(url).toMatch(/^http:\/\/localhost:\d+\/some\/where\/$/);
    expect(await get(url, "/some/where/")).toMatchObject({ status: 200, body: "<!doctype html>" });
    const script = await get(url, "/some/where/assets/a.js?x=1");
    expect(script).toMatchObject({ status: 200, body: "let a;", type: "text/javascript; charset=utf-8" });
    expect((await get(url, "/")).status).toBe(404);
    await close();
  });

  it("gives out nothing outside its folder", async () => {
    const { url, close } = await serve(join(folder, "lab"));
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/%",
      "/%00",
    ]) {
      const answer = await get(url, path);
      expect(answer.status, path).toBe(404);
      expect(answer.body, path).toBe("not found\n");
    }
    await close();
  });

  it("takes any free port where the wanted one is taken", async () => {
    const first = await serve(join(folder, "lab"));
    const port = Number(new URL(first.url).port);
    const second = await serve(join(folder, "lab"), { port });
    expect(new URL(second.url).port).not.toBe(String(port));
    expect((await get(second.url, "/")).status).toBe(200);
    await Promise.all([first.close(), second.close()]);
  });
});

describe("The search for Chromium", () => {
  it("lets CHROME_PATH decide alone, and finds nothing where that names nothing", () => {
    vi.stubEnv("CHROME_PATH", join(folder, "secret.txt"));
    expect(findChromium()).toBe(join(folder, "secret.txt"));
    vi.stubEnv("CHROME_PATH", join(folder, "missing"));
    expect(findChromium()).toBeNull();
  });

  it("asks for SwiftShader only where there is no GPU", () => {
    expect(chromiumFlags({ software: true })).toContain("--use-webgpu-adapter=swiftshader");
    expect(chromiumFlags({ software: false }).join(" ")).not.toContain("swiftshader");
  });
});

describe("The TypeScript runner", () => {
  const files = {
    "main.ts": `import { Worker } from "node:worker_threads";
      import shader from "./kernel.wgsl?raw";
      enum Status { Done = 7 }
      const worker = new Worker(new URL("./worker.ts", import.meta.url));
      worker.on("message", (text: string) => { console.log(shader.length, text, process.argv[2]); process.exitCode = Status.Done; });`,
    "worker.ts": `import { parentPort } from "node:worker_threads";
      const answer: string = "from a thread";
      parentPort?.postMessage(answer);`,
    "kernel.wgsl": "`${}\\",
    "broken.ts": "const a: = 1;",
  };

  function run(name: string): { status: number | null; stdout: string; stderr: string } {
    const at = join(folder, name);
    const runner = join(ROOT, "src/cli/launch/run.mjs");
    return spawnSync(process.execPath, [runner, at, "an argument"], { encoding: "utf8" });
  }

  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  it("strips types, reads shaders as text, starts threads, and passes on arguments and the exit status", () => {
    expect(run("main.ts")).toMatchObject({ status: 7, stdout: "5 from a thread an argument\n" });
  });

  it("names the file that does not parse", () => {
    const { status, stderr } = run("broken.ts");
    expect(status).toBe(1);
    expect(stderr).toContain("broken.ts");
  });
});
