/** The worker of a training from scratch: data, network and steps off the page's thread. One training a worker. */
import { openGlyphs } from "../../network/training/glyph-set.ts";
import type { ScratchFiles } from "../scratch-training.ts";
import { startScratchBackend } from "./backend.ts";
import type { ScratchReply, ScratchRequest } from "./messages.ts";
import { SCRATCH_ARCHITECTURES, type ScratchData, ScratchSession } from "./session.ts";

let session: ScratchSession | null = null;
/** Pressed while data and device are still opening. */
let early: "pause" | "stop" | null = null;

addEventListener("message", (event: MessageEvent<ScratchRequest>) => {
  const request = event.data;
  if (request.kind === "start") void train(request);
  else if (request.kind === "weights") void sendWeights(request.id);
  else if (session !== null) session[request.kind]();
  else early = request.kind === "resume" ? null : request.kind;
});

function say(reply: ScratchReply, transfer: Transferable[] = []): void {
  postMessage(reply, { transfer });
}

async function train({ id, files, settings }: Extract<ScratchRequest, { kind: "start" }>): Promise<void> {
  try {
    const data = await openData(files);
    const backend = await startScratchBackend(settings.device);
    session = new ScratchSession(data, settings, {
      ...backend,
      architecture: SCRATCH_ARCHITECTURES[settings.size],
      now: () => performance.now(),
      report: (event) => say({ kind: "event", id, event }),
    });
    if (early !== null) session[early]();
    await Promise.race([session.run(), backend.lost]);
    say({ kind: "finished", id });
  } catch (error) {
    say({ kind: "failed", id, message: messageOf(error) });
  }
}

async function openData({ pixels, labels, sha256 }: ScratchFiles): Promise<ScratchData> {
  const { split, sha256: hash } = await openGlyphs({
    pixels: new Uint8Array(await pixels.arrayBuffer()),
    labels: await labels.text(),
    sha256: sha256 === null ? null : await sha256.text(),
  });
  return { train: split("train"), validation: split("validation"), sha256: hash };
}

async function sendWeights(id: number): Promise<void> {
  try {
    if (session === null) throw new Error("training: must have started before its weights are asked for");
    const result = await session.weights();
    say({ kind: "weights", id, result }, [result.file.buffer as ArrayBuffer]);
  } catch (error) {
    say({ kind: "failed", id, message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
