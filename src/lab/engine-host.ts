/**
 * Owns the engine: chooses it, tells why, replaces it when it is lost. The lab knows only the interface; the factories
 * come from main.tsx.
 */
import type { Engine } from "../engine/engine.ts";
import { messageOf } from "./abort.ts";
import type { EngineChoice, EngineState } from "./state.ts";

export interface EngineFactories {
  cpu(): Promise<Engine>;
  /** Rejects with a plain reason where there is no WebGPU. */
  webgpu(): Promise<Engine>;
}

export interface EngineHost {
  /** The engine in use, started if need be. */
  engine(): Promise<Engine>;
  /** Changes the choice; the next call of `engine` honours it. */
  choose(choice: EngineChoice): void;
  /** Gives the engine up, because it is lost or does not answer. */
  replace(): void;
  dispose(): void;
}

export interface EngineHostEvents {
  readonly onState: (state: EngineState) => void;
  /** The engine in use was lost, and the next call of `engine` starts another. */
  readonly onLost: (reason: string) => void;
}

interface Chosen {
  readonly engine: Engine;
  readonly reason: string;
}

/** After so many losses the GPU is given up and the CPU takes over. */
const MAX_GPU_LOSSES = 3;

/** A host that starts no engine before it is asked for one. */
export function createEngineHost(
  factories: EngineFactories,
  initial: EngineChoice,
  events: EngineHostEvents,
): EngineHost {
  let choice = initial;
  let current: Promise<Engine> | null = null;
  let live: Engine | null = null;
  let generation = 0;
  let gpuLosses = 0;

  async function start(own: number): Promise<Engine> {
    events.onState({ phase: "starting" });
    try {
      const given = gpuLosses >= MAX_GPU_LOSSES ? "cpu" : choice;
      const chosen = await chooseEngine(factories, given);
      if (own !== generation) {
        chosen.engine.dispose();
        return await engine();
      }
      live = chosen.engine;
      const reason =
        gpuLosses >= MAX_GPU_LOSSES && choice !== "cpu"
          ? `The GPU was lost ${gpuLosses} times, so the lab runs on the CPU until the page is reloaded.`
          : chosen.reason;
      events.onState({ phase: "ready", info: chosen.engine.info, reason });
      void chosen.engine.lost.then((why) => lose(chosen.engine, why));
      return chosen.engine;
    } catch (error) {
      if (own === generation) {
        current = null;
        events.onState({ phase: "failed", message: messageOf(error) });
      }
      throw error;
    }
  }

  function lose(engine: Engine, why: string) {
    if (live !== engine) return;
    if (engine.info.kind === "webgpu") gpuLosses++;
    drop();
    events.onLost(why);
  }

  function drop() {
    generation++;
    const old = live;
    live = null;
    current = null;
    old?.dispose();
  }

  function engine(): Promise<Engine> {
    current ??= start(generation);
    return current;
  }

  return {
    engine,
    choose: (next) => {
      if (next === choice) return;
      choice = next;
      gpuLosses = 0;
      drop();
    },
    replace: drop,
    dispose: drop,
  };
}

/** The engine for a choice, with a sentence for the user that says why it is this one. */
export async function chooseEngine(factories: EngineFactories, choice: EngineChoice): Promise<Chosen> {
  if (choice === "cpu") return { engine: await factories.cpu(), reason: "You chose the CPU." };
  let gpu: Engine;
  try {
    gpu = await factories.webgpu();
  } catch (error) {
    const why =
      choice === "webgpu" ? "You chose WebGPU, but it cannot be used here" : "WebGPU cannot be used here";
    return {
      engine: await factories.cpu(),
      reason: `${why}, so the lab runs on the CPU. Every result is the same within rounding. Reason: ${messageOf(error)}`,
    };
  }
  if (choice === "webgpu") return { engine: gpu, reason: "You chose WebGPU." };
  if (!gpu.info.software) return { engine: gpu, reason: "WebGPU runs on your graphics hardware." };
  const name = gpu.info.adapter.replace(/ *\(software\)$/, "");
  gpu.dispose();
  return {
    engine: await factories.cpu(),
    reason: `WebGPU is present, but only in software (${name}), so the lab runs on the CPU, which is as fast here.`,
  };
}
