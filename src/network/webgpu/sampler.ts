/** The sampler of images on the device: network calls and gDDIM steps in turn, nothing read back but what is asked for. */
import { GddimStepKernel } from "../../engine/webgpu/gddim-step.ts";
import { BufferScope, readBuffers } from "../../gpu/buffers.ts";
import { bindKernel, type Kernel, type KernelCache } from "../../gpu/kernels.ts";
import { STEP_STREAM } from "../../math/philox.ts";
import {
  checkRun,
  firstStates,
  isGuided,
  jumpTarget,
  type SampleControl,
  type SampleResult,
  type SampleRun,
} from "../sampler.ts";
import { GUIDE, GUIDE_PARAMS, NETWORK_GROUP } from "./kernels.ts";
import type { WebGpuNetwork } from "./network.ts";

/** What sampling needs of the device. */
export interface DeviceSampling {
  readonly kernels: KernelCache;
  /** True if the adapter computes on the CPU. */
  readonly software: boolean;
  readonly network: WebGpuNetwork;
}

/**
 * Samples images as `sampleImages` does, on the same random numbers, in f32. All images are one batch of the network.
 * Rejects with AbortError between steps, with RangeError for what has no meaning or does not fit the device.
 */
export async function sampleOnDevice(
  device: DeviceSampling,
  run: SampleRun,
  control: SampleControl = {},
): Promise<SampleResult> {
  checkRun(run);
  const { kernels, network } = device;
  const scope = new BufferScope(kernels.device);
  try {
    const state = await prepare(device, run, scope);
    const plan = await network.plan(run.count);
    for (const k of run.coefficients.keys()) {
      control.signal?.throwIfAborted();
      // Parameters of a step live until its work is done, so that long runs need no more memory than short ones.
      const stepScope = new BufferScope(kernels.device);
      encodeStep(device, run, state, plan, stepScope, k);
      await kernels.device.queue.onSubmittedWorkDone();
      stepScope.dispose();
      control.onStep?.(k + 1);
    }
    return await readResult(kernels.device, run, state);
  } finally {
    scope.dispose();
  }
}

interface DeviceState {
  /** States before even and odd steps, [P, D]. */
  readonly x: readonly [GPUBuffer, GPUBuffer];
  readonly asked: GPUBuffer;
  readonly away: GPUBuffer;
  readonly x0Hat: GPUBuffer;
  readonly logProb: GPUBuffer;
  readonly meanLogProb: GPUBuffer;
  readonly guide: Kernel;
  readonly step: GddimStepKernel;
  /** Kept states and predictions by frame, [P, D] each. */
  readonly kept: ReadonlyMap<number, { readonly state: GPUBuffer; readonly prediction: GPUBuffer | null }>;
}

async function prepare(
  { kernels, software }: DeviceSampling,
  run: SampleRun,
  scope: BufferScope,
): Promise<DeviceState> {
  const { dim, count, coefficients, frames = [] } = run;
  if (dim % 4 !== 0) throw new RangeError(`sample.dim: must be a multiple of 4 on a device, got ${dim}`);
  const images = (label: string) => scope.storage(`sample.${label}`, 4 * count * dim);
  const asked = images("asked");
  return {
    x: [scope.upload("sample.x0", firstStates(run)), images("x1")],
    asked,
    away: isGuided(run) ? images("away") : asked,
    x0Hat: isGuided(run) ? images("x0Hat") : asked,
    logProb: scope.storage("sample.logProb", 8 * count),
    meanLogProb: scope.storage("sample.meanLogProb", 4 * count),
    guide: await kernels.get(GUIDE),
    step: await GddimStepKernel.create(kernels, software, dim),
    kept: new Map(
      frames.map((frame) => [
        frame,
        {
          state: images(`state${frame}`),
          prediction: frame < coefficients.length ? images(`prediction${frame}`) : null,
        },
      ]),
    ),
  };
}

/** Submits step k: the network at x, guidance, the step, and copies of what is kept. */
function encodeStep(
  { kernels, network }: DeviceSampling,
  run: SampleRun,
  state: DeviceState,
  plan: Awaited<ReturnType<WebGpuNetwork["plan"]>>,
  scope: BufferScope,
  k: number,
): void {
  const { dim, count, coefficients, prompts, guidance, seed, first } = run;
  const step = coefficients[k];
  if (!step) throw new RangeError(`sample.step: must be below ${coefficients.length}, got ${k}`);
  const bytes = 4 * count * dim;
  const [x, next] = k % 2 === 0 ? state.x : ([state.x[1], state.x[0]] as const);
  const all = (value: number) => new Array<number>(count).fill(value);
  const conditions = (tokens: Int32Array) =>
    network.upload(scope, all(step.t), all(jumpTarget(step)), tokens);
  const encoder = kernels.device.createCommandEncoder({ label: "sample.encoder" });
  const pass = encoder.beginComputePass({ label: "sample.pass" });
  plan(pass, { images: x, result: state.asked, ...conditions(prompts) });
  if (guidance && isGuided(run)) {
    plan(pass, { images: x, result: state.away, ...conditions(guidance.negative) });
    const params = scope.uniform(GUIDE_PARAMS, { count: (count * dim) / 4, scale: guidance.scale });
    bindKernel(kernels.device, pass, state.guide, [[params], [state.asked, state.away], [state.x0Hat]]);
    pass.dispatchWorkgroups(Math.ceil((count * dim) / 4 / NETWORK_GROUP));
  }
  const transition = { dim, particles: count, prediction: "x0", step, first } as const;
  const drawn = { ...transition, seed, stream: STEP_STREAM, stepIndex: k };
  const { logProb, meanLogProb, x0Hat } = state;
  state.step.encode(pass, scope, drawn, { x, modelOutput: x0Hat, next, logProb, meanLogProb });
  pass.end();
  const kept = state.kept.get(k);
  if (kept) encoder.copyBufferToBuffer(x, 0, kept.state, 0, bytes);
  if (kept?.prediction) encoder.copyBufferToBuffer(x0Hat, 0, kept.prediction, 0, bytes);
  const last = k === coefficients.length - 1 ? state.kept.get(k + 1) : undefined;
  if (last) encoder.copyBufferToBuffer(next, 0, last.state, 0, bytes);
  kernels.device.queue.submit([encoder.finish()]);
}

async function readResult(
  device: GPUDevice,
  { dim, count, coefficients, frames = [] }: SampleRun,
  { x, kept }: DeviceState,
): Promise<SampleResult> {
  const bytes = 4 * count * dim;
  const wanted = [
    coefficients.length % 2 === 0 ? x[0] : x[1],
    ...frames.flatMap((frame) => kept.get(frame)?.state ?? []),
    ...frames.flatMap((frame) => kept.get(frame)?.prediction ?? []),
  ];
  const read = await readBuffers(
    device,
    wanted.map((buffer) => ({ buffer, bytes })),
  );
  const arrays = read.map((buffer) => new Float32Array(buffer));
  const states = arrays.slice(1, 1 + frames.length);
  const predictions = frames.map((frame, i) =>
    frame < coefficients.length ? (arrays[1 + frames.length + i] ?? null) : null,
  );
  return { images: arrays[0] ?? new Float32Array(0), states, predictions };
}
