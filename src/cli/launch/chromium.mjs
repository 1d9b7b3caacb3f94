/** Finds a Chromium that can drive the browser tests, or installs one. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./paths.mjs";

const COMMANDS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
];

/** Flags for headless Chromium with WebGPU, by a real GPU where there is one and by SwiftShader otherwise. */
export function chromiumFlags({ software }) {
  const common = [
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  const swiftShader = [
    "--use-webgpu-adapter=swiftshader",
    "--use-vulkan=swiftshader",
    "--enable-unsafe-swiftshader",
  ];
  return software ? [...common, ...swiftShader] : common;
}

/**
 * Path of an installed Chromium (or Chrome, or Edge) that starts, or null. The environment variable CHROME_PATH, if
 * set, decides alone.
 */
export function findChromium() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) return existsSync(chosen) ? chosen : null;
  return candidates().find((path) => existsSync(path) && starts(path)) ?? null;
}

/** Like findChromium, but tries to install one first where none is found. Null if that fails too. */
export function ensureChromium() {
  return findChromium() ?? (process.env.CHROME_PATH ? null : installChromium());
}

/** What to tell a person when there is no browser. */
export const NO_CHROMIUM = process.env.CHROME_PATH
  ? `CHROME_PATH: must name a Chromium binary, got "${process.env.CHROME_PATH}"; correct or unset it`
  : "Chromium: must be installed for the browser tests, found none and could not install one; " +
    "install Chromium or Chrome, or set CHROME_PATH to its binary";

const LIBRARY_FOLDERS = [
  "/usr/lib/chromium",
  "/usr/lib/chromium-browser",
  "/usr/lib64/chromium-browser",
  "/opt/google/chrome",
];

/**
 * The folder with the binary `path` and the libraries it brings along, or null. Distributions often put a script on the
 * PATH and the browser itself, with SwiftShader, into a library folder.
 */
export function chromiumFolder(path) {
  const folders = [dirname(realpathSync(path)), ...(process.platform === "linux" ? LIBRARY_FOLDERS : [])];
  return folders.find((folder) => existsSync(join(folder, "vk_swiftshader_icd.json"))) ?? null;
}

function candidates() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const onPath =
    process.platform === "win32"
      ? []
      : COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...usualPlaces(), ...playwrightPlaces()];
}

function usualPlaces() {
  if (process.platform === "darwin") {
    return ["Chromium", "Google Chrome", "Microsoft Edge"].flatMap((name) =>
      ["/Applications", join(homedir(), "Applications")].map(
        (at) => `${at}/${name}.app/Contents/MacOS/${name}`,
      ),
    );
  }
  if (process.platform === "win32") {
    const roots = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA];
    const names = [
      "Google/Chrome/Application/chrome.exe",
      "Chromium/Application/chrome.exe",
      "Microsoft/Edge/Application/msedge.exe",
    ];
    return roots.filter(Boolean).flatMap((root) => names.map((name) => join(root, name)));
  }
  return ["/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/snap/bin/chromium"];
}

function playwrightPlaces() {
  const cache = {
    darwin: join(homedir(), "Library/Caches/ms-playwright"),
    win32: join(process.env.LOCALAPPDATA ?? homedir(), "ms-playwright"),
  };
  const folder =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    cache[process.platform] ??
    join(homedir(), ".cache/ms-playwright");
  if (!existsSync(folder)) return [];
  const inside = [
    "chrome-linux/chrome",
    "chrome-linux64/chrome",
    "chrome-win/chrome.exe",
    "chrome-win64/chrome.exe",
    ...["chrome-mac", "chrome-mac-arm64", "chrome-mac-x64"].flatMap((at) => [
      `${at}/Chromium.app/Contents/MacOS/Chromium`,
      `${at}/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing`,
    ]),
  ];
  const versions = readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name));
  return versions
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((version) => inside.map((path) => join(folder, version, path)));
}

/** A downloaded browser may lack system libraries; asking for its version finds out. Chrome on Windows prints none. */
function starts(path) {
  if (process.platform === "win32") return true;
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0;
}

function installChromium() {
  console.error("No Chromium found; installing one for the browser tests ...");
  const minutes = 60_000;
  const run = (command, args, timeout) =>
    spawnSync(command, args, {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
      timeout,
      shell: process.platform === "win32",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const mayInstallPackages = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  const downloaded = run("npx", ["playwright", "install", "--no-shell", "chromium"], 5 * minutes);
  if (downloaded && mayInstallPackages && findChromium() === null) {
    run("npx", ["playwright", "install-deps", "chromium"], 10 * minutes);
  }
  const found = findChromium();
  if (found !== null || !mayInstallPackages) return found;
  run("apt-get", ["update"], 3 * minutes);
  run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], 10 * minutes);
  return findChromium();
}
