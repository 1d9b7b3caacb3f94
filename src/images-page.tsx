/** Wiring of the image page: address -> spec -> image lab -> page. */
import { StrictMode } from "react";
import type { ImageEngine, ImageEngineChoice } from "./engine/image-engine.ts";
import { createWorkerImageEngine, type ImagePort } from "./engine/images/client.ts";
import { createImagePool } from "./engine/images/pool.ts";
import { scratchInWorkers, type ScratchPort } from "./engine/scratch/client.ts";
import { pairProblem, promptProblem } from "./experiments/images/plan.ts";
import { systemClock } from "./lab/clock.ts";
import { createImageLab } from "./lab/images/image-lab.ts";
import { createScratchStore } from "./lab/images/scratch.ts";
import { imageRewardCard } from "./rewards/image/catalogue.ts";
import type { ImageLabStore } from "./lab/images/state.ts";
import { showStoredImages, unpackStored } from "./lab/images/stored.ts";
import { imageSpecKey } from "./lab/images/store.ts";
import { addressBar, openPage, pageStorage } from "./page-parts.ts";
import { IMAGE_DEFAULTS } from "./spec/images/limits.ts";
import { IMAGE_REWARDS } from "./spec/images/types.ts";
import { ImagesApp } from "./ui/images/ImagesApp.tsx";

/** Opens the image page at the present address. */
export function startImages(): void {
  const lab = createImageLab({
    createEngine,
    rewardTitle: (kind) => {
      const { title, unit } = imageRewardCard(kind);
      return { reward: title, unit };
    },
    bar: addressBar,
    storage: pageStorage(),
    clock: systemClock,
    checks: { prompt: promptProblem, pair: pairProblem },
  });
  // Both before the page is drawn, which takes as long as the images do to come and workers do to start.
  void headStart(lab.store);
  lab.begin();
  const scratch = createScratchStore(scratchInWorkers(spawnScratch));
  openPage(
    <StrictMode>
      <ImagesApp store={lab.store} scratch={scratch} />
    </StrictMode>,
  );
}

/** One worker on a GPU; on the CPU as many as there are cores, each with a share of the images. */
async function createEngine(choice: ImageEngineChoice, ownTeacher: Uint8Array | null): Promise<ImageEngine> {
  const start = (wanted: ImageEngineChoice) =>
    createWorkerImageEngine(spawn, new URL("./", location.href).href, IMAGE_REWARDS, wanted, ownTeacher);
  const first = await start(choice);
  if (first.info.kind === "webgpu") return first;
  return createImagePool(
    first,
    Array.from({ length: workerCount() - 1 }, () => start("cpu")),
  );
}

/** Shows the stored images of the first view, if the page opened with that one; they are only a head start. */
async function headStart(store: ImageLabStore): Promise<void> {
  if (imageSpecKey(store.getState().spec) !== imageSpecKey(IMAGE_DEFAULTS)) return;
  try {
    const response = await fetch("./stored/images.bin");
    if (response.ok) showStoredImages(store, unpackStored(new Uint8Array(await response.arrayBuffer())));
  } catch {
    // Without them the page draws first and shows then.
  }
}

/** Each worker holds its own copy of the network, about 60 MB. */
const MOST_WORKERS = 4;

function workerCount(): number {
  return Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency));
}

function spawn(): ImagePort {
  const worker = new Worker(new URL("./engine/images/worker.ts", import.meta.url), {
    type: "module",
    name: "images",
  });
  return worker as unknown as ImagePort;
}

function spawnScratch(): ScratchPort {
  const worker = new Worker(new URL("./engine/scratch/worker.ts", import.meta.url), {
    type: "module",
    name: "scratch",
  });
  return worker as unknown as ScratchPort;
}
