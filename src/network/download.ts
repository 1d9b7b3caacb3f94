/** Downloads with progress, going on after a cut-off, and kept for offline use. */

/** A download could not be finished; the message says what to do. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** Where finished files are kept: the part of the Cache API that is used. */
export type FileCache = Pick<Cache, "match" | "put" | "delete">;

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Bytes so far, in all (0 while not known), and true if they come from the cache. */
  readonly onBytes?: (bytes: number, total: number, cached: boolean) => void;
  /** Length that the file must have, bytes. */
  readonly bytes?: number;
  readonly cache?: FileCache | null;
  /** Key of the cache, for example the address with the file's hash; the address by default. */
  readonly key?: string;
  /** How often a download that broke off is taken up again. */
  readonly retries?: number;
  /** Wait before each new try, ms. */
  readonly pauseMs?: number;
  readonly fetch?: typeof fetch;
}

/** The page's cache of weight files, or null where there is none (insecure context, Node). */
export async function openFileCache(name = "etalon-weights"): Promise<FileCache | null> {
  try {
    return typeof caches === "undefined" ? null : await caches.open(name);
  } catch {
    // Some browsers refuse storage in private windows: the download then happens anew each time.
    return null;
  }
}

/** Bytes of a file. Rejects with AbortError when cancelled, else with DownloadError. */
export async function download(address: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  const { cache, key = address, onBytes, signal } = options;
  signal?.throwIfAborted();
  const kept = cache ? await cache.match(key) : undefined;
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (options.bytes === undefined || bytes.length === options.bytes) {
      onBytes?.(bytes.length, bytes.length, true);
      return bytes;
    }
    await cache?.delete(key);
  }
  const bytes = await downloadAll(address, options);
  try {
    await cache?.put(key, new Response(bytes.slice(), { headers: { "content-length": `${bytes.length}` } }));
  } catch {
    // A full disk must not take away what has just arrived.
  }
  return bytes;
}

/** Forgets a kept file, for example one whose hash was wrong. */
export async function forgetDownload(cache: FileCache | null, key: string): Promise<void> {
  await cache?.delete(key);
}

async function downloadAll(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const { retries = 4, pauseMs = 500, signal } = options;
  const state: Progress = { parts: [], received: 0, total: options.bytes ?? 0, tag: null };
  for (let attempt = 0; ; attempt++) {
    try {
      await receive(address, state, options);
      return joined(state);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof DownloadError || attempt >= retries)
        throw cause instanceof DownloadError ? cause : brokenOff(address, state, cause);
      await pause(pauseMs * 2 ** attempt, signal);
    }
  }
}

interface Progress {
  parts: Uint8Array[];
  received: number;
  total: number;
  /** Version of the file on the server; a range of another version must not be mixed in. */
  tag: string | null;
}

/** One request, from where the last one broke off. Throws DownloadError for what a new try cannot mend. */
async function receive(address: string, state: Progress, options: DownloadOptions): Promise<void> {
  const { signal, onBytes } = options;
  const headers: Record<string, string> = state.received > 0 ? { range: `bytes=${state.received}-` } : {};
  if (state.received > 0 && state.tag) headers["if-range"] = state.tag;
  const response = await (options.fetch ?? fetch)(address, { headers, ...(signal ? { signal } : {}) });
  if (response.status === 416 && state.received > 0) {
    restart(state);
    throw new Error("the server refused to go on; begin anew");
  }
  if (!response.ok) {
    const reason = `${address}: must be there, got status ${response.status}`;
    // Servers that are busy or failing may recover; what is missing or forbidden stays so.
    if (response.status >= 500 || response.status === 429) throw new Error(reason);
    throw new DownloadError(`${reason}; check that the page was installed with its weights`);
  }
  if (response.status !== 206 || !continues(response, state)) restart(state);
  state.tag = response.headers.get("etag");
  // A compressed transfer tells its compressed length.
  const length = response.headers.get("content-encoding")
    ? 0
    : Number(response.headers.get("content-length"));
  if (length > 0) state.total = state.received + length;
  const reader = response.body?.getReader();
  if (!reader) throw new Error("no body");
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    state.parts.push(value);
    state.received += value.length;
    onBytes?.(state.received, Math.max(state.total, state.received), false);
  }
  if (state.received < state.total) throw new Error(`${state.received} of ${state.total} bytes`);
  if (options.bytes !== undefined && state.received !== options.bytes)
    throw new DownloadError(
      `${address}: must have ${options.bytes} bytes, got ${state.received}; reload the page, or install it anew`,
    );
}

/** True if a partial answer begins where the last one ended. */
function continues(response: Response, { received }: Progress): boolean {
  return Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]) === received;
}

function restart(state: Progress): void {
  state.parts = [];
  state.received = 0;
}

function joined({ parts, received }: Progress): Uint8Array {
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function brokenOff(address: string, { received, total }: Progress, cause: unknown): DownloadError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DownloadError(
    `${address}: must arrive whole, got ${received} of ${total || "?"} bytes (${reason}); check the connection and try again`,
    { cause },
  );
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
