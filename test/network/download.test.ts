import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { download, DownloadError, type FileCache } from "../../src/network/download.ts";

const FILE = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Address of a server that answers each request by the next of `answers`, the last for all that follow. */
async function serve(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const ranges: (string | undefined)[] = [];
  server = createServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)]!;
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w`, ranges };
}

/** True if these are the bytes of the file; comparing them one by one in `toEqual` takes seconds. */
const isFile = (bytes: Uint8Array) => Buffer.compare(bytes, FILE) === 0;

const headers = { etag: '"1"', "accept-ranges": "bytes" };

/** Sends the file from where it is asked for; breaks off after `length` bytes. */
const send =
  (length = Infinity, tag = '"1"') =>
  (request: IncomingMessage, response: ServerResponse) => {
    const fresh = request.headers["if-range"] !== undefined && request.headers["if-range"] !== tag;
    const from = fresh ? 0 : Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = from > 0 ? { "content-range": `bytes ${from}-${FILE.length - 1}/${FILE.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      etag: tag,
      ...range,
      "content-length": FILE.length - from,
    });
    const part = FILE.subarray(from, Math.min(FILE.length, from + length));
    response.write(part, () => (part.length + from < FILE.length ? response.destroy() : response.end()));
  };

const refuse = (status: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status).end();
};

/** A Cache of one page, in memory. */
function memoryCache() {
  const kept = new Map<string, Uint8Array>();
  const cache: FileCache = {
    match: (key) => {
      const found = kept.get(String(key));
      return Promise.resolve(found ? new Response(found.slice()) : undefined);
    },
    put: async (key, response) => {
      kept.set(String(key), new Uint8Array(await response.arrayBuffer()));
    },
    delete: (key) => Promise.resolve(kept.delete(String(key))),
  };
  return { cache, kept };
}

const quick = { pauseMs: 1 };

describe("A download", () => {
  it("tells its bytes as they come, up to the whole", async () => {
    const { address } = await serve(send());
    const told: (readonly number[])[] = [];
    const bytes = await download(address, { onBytes: (done, total) => told.push([done, total]) });
    expect(isFile(bytes)).toBe(true);
    expect(told.at(-1)).toEqual([FILE.length, FILE.length]);
    expect(told.every(([done], i) => done! > (told[i - 1]?.[0] ?? 0))).toBe(true);
  });

  it("goes on where it broke off, however often, and never counts a byte twice", async () => {
    const { address, ranges } = await serve(send(40_000), send(30_000), send());
    const told: number[] = [];
    const bytes = await download(address, { ...quick, onBytes: (done) => told.push(done) });
    expect(isFile(bytes)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it("begins anew where the file has changed, or the server knows no ranges", async () => {
    const changed = await serve(send(40_000), send(Infinity, '"2"'));
    expect(isFile(await download(changed.address, quick))).toBe(true);
    server?.close();
    const plain = (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { "content-length": FILE.length }).end(FILE);
    };
    const { address } = await serve(send(40_000), plain);
    expect(isFile(await download(address, quick))).toBe(true);
  });

  it("tries again when the server is busy, not when the file is missing", async () => {
    const busy = await serve(refuse(503), send());
    expect(isFile(await download(busy.address, quick))).toBe(true);
    server?.close();
    const missing = await serve(refuse(404), send());
    await expect(download(missing.address, quick)).rejects.toThrow(/must be there, got status 404/);
    expect(missing.ranges).toHaveLength(1);
  });

  it("gives up with what has arrived, and refuses a file of another length", async () => {
    const { address, ranges } = await serve(send(10_000));
    const failing = download(address, { ...quick, retries: 2 });
    await expect(failing).rejects.toThrow(DownloadError);
    await expect(failing).rejects.toThrow(/must arrive whole, got \d+ of 100000 bytes/);
    expect(ranges).toHaveLength(3);
    server?.close();
    const whole = await serve(send());
    await expect(download(whole.address, { bytes: 99_999 })).rejects.toThrow(/must have 99999 bytes/);
  });

  it("stops at once when asked to, also between two tries", async () => {
    const abort = new AbortController();
    const { address } = await serve(send(10_000));
    const running = download(address, {
      pauseMs: 60_000,
      signal: abort.signal,
      onBytes: () => setTimeout(() => abort.abort(), 50),
    });
    await expect(running).rejects.toThrow(/abort/i);
  });

  it("comes from the cache the second time, without the network; a kept file of another length does not", async () => {
    const { cache, kept } = memoryCache();
    const { address, ranges } = await serve(send());
    const options = { cache, key: "weights?1", bytes: FILE.length };
    await download(address, options);
    const told: boolean[] = [];
    const again = {
      ...options,
      onBytes: (_done: number, _total: number, cached: boolean) => told.push(cached),
    };
    expect(isFile(await download(address, again))).toBe(true);
    expect(told).toEqual([true]);
    expect(ranges).toHaveLength(1);
    kept.set("weights?1", FILE.slice(0, 10));
    expect(isFile(await download(address, options))).toBe(true);
    expect(ranges).toHaveLength(2);
  });
});
