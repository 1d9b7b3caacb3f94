/**
 * The engines of the conformance suite: every test of test/engine that asks for engines runs on each of these. Works in
 * Node (WebGPU through Dawn) and in a browser.
 */
import { beforeAll, beforeEach, describe } from "vitest";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import type { Engine } from "../../src/engine/engine.ts";

interface EngineCase {
  readonly name: string;
  readonly open: () => Promise<Engine>;
  /** May be missing on this machine; then its tests are skipped and counted, or fail if REQUIRE_GPU=1. */
  readonly optional: boolean;
}

const CASES: readonly EngineCase[] = [
  { name: "cpu", open: () => createCpuEngine({ workers: 0 }), optional: false },
  { name: "cpu in workers", open: () => createCpuEngine({ workers: 2 }), optional: false },
  { name: "webgpu", open: openWebGpu, optional: true },
];

/** Names of all engines under test. */
export const ENGINE_NAMES: readonly string[] = CASES.map(({ name }) => name);

/**
 * Declares the same tests for every engine. `body` gets a function that returns the engine once a test runs. Engines live as
 * long as the test process, since all files of a worker share them.
 */
export function describeEngines(title: string, body: (engine: () => Engine, name: string) => void): void {
  describe.each(CASES)(`${title} on $name`, (engineCase) => {
    let engine: Engine | null = null;
    let reason = "";
    beforeAll(async () => {
      const opened = await openOnce(engineCase);
      if (typeof opened === "string") reason = opened;
      else engine = opened;
    });
    // Skipping test by test keeps the count of what was not checked honest.
    if (engineCase.optional)
      beforeEach((context) => {
        if (engine === null) context.skip(reason);
      });
    body(() => {
      if (engine === null) throw new Error(`engine ${engineCase.name}: is not available: ${reason}`);
      return engine;
    }, engineCase.name);
  });
}

const opened = new Map<string, Promise<Engine | string>>();

function openOnce(engineCase: EngineCase): Promise<Engine | string> {
  const known = opened.get(engineCase.name) ?? open(engineCase);
  opened.set(engineCase.name, known);
  return known;
}

/** The engine, or why there is none. */
async function open({ name, open: create, optional }: EngineCase): Promise<Engine | string> {
  try {
    return await create();
  } catch (error) {
    if (!optional || isGpuRequired() || !isUnavailable(error)) throw error;
    return `${name}: ${(error as Error).message}`;
  }
}

/** True if a missing GPU must fail the run: REQUIRE_GPU=1, passed on to browsers by the test configuration. */
export function isGpuRequired(): boolean {
  return import.meta.env["REQUIRE_GPU"] === "1" || globalThis.process?.env?.["REQUIRE_GPU"] === "1";
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === "GpuUnavailableError";
}

type WebGpuModule = { createWebGpuEngine(gpu: GPU): Promise<Engine> };

async function openWebGpu(): Promise<Engine> {
  const modules = import.meta.glob<WebGpuModule>("../../src/engine/webgpu/index.ts");
  const load = modules["../../src/engine/webgpu/index.ts"];
  if (!load) throw unavailable("the WebGPU engine is not part of this tree");
  const { createWebGpuEngine } = await load();
  return createWebGpuEngine(await findGpu());
}

/** WebGPU of the browser, or Dawn's in Node. Must stay referenced: Dawn closes with its GPU object. */
let gpu: GPU | null = null;

async function findGpu(): Promise<GPU> {
  if (gpu) return gpu;
  if (typeof navigator !== "undefined" && navigator.gpu) return (gpu = navigator.gpu);
  if (typeof process === "undefined") throw unavailable("this browser has no WebGPU");
  // A name in a variable keeps the bundler of the browser's tests away from Node's package.
  const name = "webgpu";
  const dawn = (await import(/* @vite-ignore */ name)) as typeof import("webgpu");
  Object.assign(globalThis, dawn.globals);
  return (gpu = dawn.create([]));
}

function unavailable(reason: string): Error {
  const error = new Error(reason);
  error.name = "GpuUnavailableError";
  return error;
}
