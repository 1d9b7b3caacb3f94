/**
 * Long work in command buffers of bounded time, so that it can be cancelled soon, reports progress and leaves the GPU to
 * others in between. The pace adapts to the measured speed; results never depend on it.
 */
import { DeviceLostError } from "./errors.ts";

export interface WorkQueueOptions {
  /** Aim for the time of one command buffer, ms. */
  readonly budgetMs: number;
  /** Speed to start from, cost units per ms. */
  readonly speed: number;
  /** Cost of all the work, for progress. */
  readonly total: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Settles with a reason if the device is lost. */
  readonly lost: Promise<string>;
}

/** At most this many command buffers wait on the device: one runs while the next is encoded. */
const IN_FLIGHT = 2;
/** The estimate of the speed may grow at most this much from one command buffer to the next. */
const GROWTH = 4;

export class WorkQueue {
  /** Cost units per ms, as last measured. */
  speed: number;
  private readonly device: GPUDevice;
  private readonly options: WorkQueueOptions;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private pending = 0;
  private done = 0;
  private lastDone = performance.now();
  private last = { cost: 0, ms: 0 };
  private readonly waiting: Promise<void>[] = [];
  private readonly lost: Promise<never>;

  constructor(device: GPUDevice, options: WorkQueueOptions) {
    this.device = device;
    this.options = options;
    this.speed = options.speed;
    this.lost = options.lost.then((reason) => {
      throw new DeviceLostError(reason);
    });
    // Observed by the races below; without a run in flight nobody need hear of it.
    this.lost.catch(() => undefined);
  }

  /** Cost that still fits the command buffer being encoded. */
  get room(): number {
    return this.options.budgetMs * this.speed - this.pending;
  }

  /** Encodes a piece of work of the given cost; submits when the time budget is used up. Rejects with AbortError. */
  async add(cost: number, encode: (pass: GPUComputePassEncoder) => void): Promise<void> {
    this.checkSignal();
    this.encoder ??= this.device.createCommandEncoder({ label: "WorkQueue.encoder" });
    this.pass ??= this.encoder.beginComputePass({ label: "WorkQueue.pass" });
    encode(this.pass);
    this.pending += cost;
    if (this.room <= 0) await this.flush();
  }

  /** Waits until all work is done. */
  async finish(): Promise<void> {
    await this.flush();
    while (this.waiting.length > 0) await this.wait();
    this.checkSignal();
  }

  private async flush(): Promise<void> {
    if (!this.encoder || !this.pass) return;
    this.pass.end();
    const cost = this.pending;
    const submitted = performance.now();
    this.device.queue.submit([this.encoder.finish()]);
    this.encoder = null;
    this.pass = null;
    this.pending = 0;
    this.waiting.push(this.device.queue.onSubmittedWorkDone().then(() => this.measure(cost, submitted)));
    while (this.waiting.length >= IN_FLIGHT) await this.wait();
    this.checkSignal();
  }

  private async wait(): Promise<void> {
    const first = this.waiting.shift();
    if (first) await Promise.race([first, this.lost]);
  }

  private measure(cost: number, submitted: number): void {
    const now = performance.now();
    const ms = Math.max(0.2, now - Math.max(submitted, this.lastDone));
    this.lastDone = now;
    // Over two command buffers: their completions may be told in one burst.
    const { last } = this;
    this.speed = Math.min((cost + last.cost) / (ms + last.ms), this.speed * GROWTH);
    this.last = { cost, ms };
    this.done += cost;
    if (!this.options.signal?.aborted) this.options.onProgress?.(Math.min(1, this.done / this.options.total));
  }

  private checkSignal(): void {
    if (this.options.signal?.aborted) throw new DOMException("The run was cancelled.", "AbortError");
  }
}
