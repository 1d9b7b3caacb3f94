/** A small static file server for the built lab. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { createGzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".csv": "text/csv; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};
const COMPRESSED = new Set([
  ".html",
  ".js",
  ".css",
  ".json",
  ".svg",
  ".csv",
  ".txt",
  ".wasm",
  ".webmanifest",
]);

/**
 * The headers we suggest to whoever hosts the lab: a strict content policy, and cross-origin isolation, which gives the
 * page precise clocks. Nothing in the lab depends on them.
 * @type {Readonly<Record<string, string>>}
 */
export const SUGGESTED_HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; " +
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * Serves `folder` under the path `base` ("/" or "/some/where/"), on `port` if it is free and on any free port
 * otherwise. Returns { url, close }.
 */
export async function serve(
  folder,
  { port = 0, host = "127.0.0.1", base = "/", headers = SUGGESTED_HEADERS } = {},
) {
  const server = createServer((request, response) => {
    answer(folder, base, headers, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const taken = await listen(server, port, host).then(() => false, isTaken);
  if (taken) await listen(server, 0, host);
  const name = host === "127.0.0.1" ? "localhost" : host;
  return {
    url: `http://${name}:${server.address().port}${base}`,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(() => done()))),
  };
}

function listen(server, port, host) {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => (server.off("error", failed), done()));
  });
}

function isTaken(error) {
  if (error.code === "EADDRINUSE" || error.code === "EACCES") return true;
  throw error;
}

async function answer(folder, base, headers, request, response) {
  const path = decodePath(request.url ?? "/");
  if (path === null || !path.startsWith(base)) return refuse(response, 404);
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
  const file = await findFile(folder, path.slice(base.length));
  if (file === null) return refuse(response, 404);
  const type = extname(file);
  const gzip = COMPRESSED.has(type) && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  response.writeHead(200, {
    ...headers,
    "Content-Type": TYPES[type] ?? "application/octet-stream",
    // The names of built assets change with their content, so a browser never has to ask for one again: not even offline.
    "Cache-Control": /(^|\/)assets\//.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
    ...(gzip ? { "Content-Encoding": "gzip" } : {}),
  });
  if (request.method === "HEAD") return response.end();
  const stream = createReadStream(file);
  stream.on("error", () => response.destroy());
  (gzip ? stream.pipe(createGzip()) : stream).pipe(response);
}

function refuse(response, status) {
  response.writeHead(status, { "Content-Type": "text/plain" });
  response.end(status === 404 ? "not found\n" : "method not allowed\n");
}

function decodePath(url) {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0]);
  } catch {
    return null;
  }
}

/** The file for a path relative to the base, never outside `folder`; a folder means its index.html. Null if there is none. */
async function findFile(folder, path) {
  const file = normalize(join(folder, path === "" || path.endsWith("/") ? `${path}index.html` : path));
  if (!file.startsWith(normalize(folder) + sep)) return null;
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? file : null;
}
