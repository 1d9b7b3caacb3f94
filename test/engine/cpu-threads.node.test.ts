import { afterEach, describe, expect, it } from "vitest";
import { createCpuEngine } from "../../src/engine/cpu/index.ts";
import { createMixtureDenoiser } from "../../src/engine/cpu/mixture-denoiser.ts";
import { NormalRows, RowNormals } from "../../src/engine/cpu/normals.ts";
import type { Operation } from "../../src/engine/cpu/operation.ts";
import type { AnyJob } from "../../src/engine/cpu/operations.ts";
import type { RunnerRequest } from "../../src/engine/cpu/task-runner.ts";
import { ThreadPool } from "../../src/engine/cpu/thread-pool.ts";
import { startHere, type StartThread, type ThreadEvents } from "../../src/engine/cpu/threads.ts";
import type { Engine, MeasureJob } from "../../src/engine/engine.ts";
import { fillNormals } from "../../src/math/philox.ts";
import { expectAllClose, expectClose } from "../support/numbers.ts";
import { mixtureDenoise, mixtureFromComponents } from "../../src/diffusion/mixture.ts";
import { decayingCov, FIVE, gaussianArm, mixtureArm, NORMAL_F64, PAIR, VP } from "../support/programs.ts";
import { quadraticReward } from "../support/rewards.ts";

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

async function engineWith(workers: number): Promise<Engine> {
  const engine = await createCpuEngine({ workers });
  engines.push(engine);
  return engine;
}

const JOBS: readonly MeasureJob[] = [
  {
    particles: 9000,
    seed: 3,
    reward: quadraticReward([1, 0]),
    arms: [0, 0.5, 1.2].map((eta, a) => ({
      program: mixtureArm(FIVE, { process: VP, steps: 10, eta }),
      baseline: a === 0 ? null : 0,
      histogram: { lo: [-2, -2], hi: [2, 2], bins: [16, 16] },
    })),
  },
  {
    particles: 2000,
    seed: 4,
    reward: quadraticReward(new Array<number>(12).fill(0)),
    arms: [
      {
        program: gaussianArm(new Array<number>(12).fill(1), decayingCov(12), {
          process: VP,
          steps: 5,
          eta: 1,
        }),
        baseline: null,
      },
    ],
  },
];

describe("workers of the CPU engine", () => {
  it("start in Node and are named in the adapter", async () => {
    expect((await engineWith(2)).info.adapter).toBe("CPU, 2 workers");
    expect((await engineWith(0)).info.adapter).toBe("CPU, no workers");
  });

  it("give bit for bit the sums of one thread, whatever their number", async () => {
    const [here, two, three] = [await engineWith(0), await engineWith(2), await engineWith(3)];
    for (const job of JOBS) {
      const expected = await here.measure(job);
      expect(await two.measure(job)).toEqual(expected);
      expect(await three.measure(job)).toEqual(expected);
    }
  });

  it("end with the engine: runs in progress fail, and `lost` tells why", async () => {
    const engine = await engineWith(2);
    const running = engine.measure({ ...JOBS[0]!, particles: 1_000_000 });
    engine.dispose();
    await expect(running).rejects.toThrow(/disposed/);
    expect(await engine.lost).toMatch(/disposed/);
    await expect(engine.measure(JOBS[0]!)).rejects.toThrow(/disposed/);
  });
});

/** Counts to `total` units, each of which is one number. */
const counting: Operation<{ readonly total: number }, number[]> = {
  units: (job) => job.total,
  unitNs: () => 8e6,
  open: () => {
    throw new Error("is run by the threads of the test");
  },
  gather: () => {
    const all: number[] = [];
    return {
      add: (part) => void all.push(...(part[0] ?? [])),
      finish: () => all,
    };
  },
};
const WORK = { name: "bits", job: { key: { seed: 0, stream: 0, block: 0 }, first: 0, count: 0 } } as AnyJob;

/** Threads whose answers the test gives by hand. */
function manualThreads(): {
  readonly start: StartThread;
  readonly threads: { events: ThreadEvents; sent: RunnerRequest[]; ended: boolean }[];
} {
  const threads: { events: ThreadEvents; sent: RunnerRequest[]; ended: boolean }[] = [];
  return {
    threads,
    start: (events) => {
      const thread = { events, sent: [] as RunnerRequest[], ended: false };
      threads.push(thread);
      return {
        send: (request) => thread.sent.push(request),
        setBusy: () => undefined,
        terminate: () => (thread.ended = true),
      };
    },
  };
}

describe("the thread pool", () => {
  const answer = (thread: { events: ThreadEvents; sent: RunnerRequest[] }): boolean => {
    const task = thread.sent.findLast((request) => request.kind === "task");
    if (task?.kind !== "task") return false;
    const numbers = Float64Array.from({ length: task.units }, (_, i) => task.first + i);
    thread.events.onReply({ kind: "done", id: task.id, part: [numbers] });
    return true;
  };

  it("gathers parts in the order of the units, whatever the order of the answers", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 3);
    const result = pool.run(WORK, counting, { total: 9 });
    for (const turn of [2, 0, 1, 1, 0, 2, 2, 1, 0]) answer(threads[turn]!);
    for (let round = 0; round < 3; round++) threads.forEach(answer);
    expect(await result).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("fails the run of a thread that dies, replaces the thread, and goes on", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 2);
    const first = pool.run(WORK, counting, { total: 4 });
    threads[0]!.events.onDeath("out of memory");
    await expect(first).rejects.toThrow(/worker stopped \(out of memory\).*run it again/);
    expect(threads[0]!.ended).toBe(true);
    expect(threads.length).toBe(3);
    answer(threads[1]!);
    const second = pool.run(WORK, counting, { total: 2 });
    answer(threads[1]!);
    answer(threads[2]!);
    expect(await second).toEqual([0, 1]);
    // The dead thread's late words change nothing.
    threads[0]!.events.onDeath("exit code 1");
    expect(threads.length).toBe(3);
  });

  it("gives up after deaths in a row, and says so", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 1);
    const settled = pool.settled();
    for (let death = 0; death < 3; death++) threads[death]!.events.onDeath("cannot load");
    expect(await settled).toBe(false);
    expect(await pool.lost).toMatch(/cannot load/);
    await expect(pool.run(WORK, counting, { total: 1 })).rejects.toThrow(/cannot load/);
  });

  it("drops a cancelled run at once, also in the threads", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 1);
    const controller = new AbortController();
    const run = pool.run(WORK, counting, { total: 5 }, { signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    expect(threads[0]!.sent.at(-1)).toMatchObject({ kind: "drop" });
    const next = pool.run(WORK, counting, { total: 1 });
    // The thread first hands back the task it was on, then gets the new one.
    const stale = threads[0]!.sent.find((request) => request.kind === "task");
    if (stale?.kind === "task") threads[0]!.events.onReply({ kind: "done", id: stale.id, part: null });
    answer(threads[0]!);
    expect(await next).toEqual([0]);
  });

  it("counts the shares of running tasks into the progress", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 2);
    const seen: number[] = [];
    const run = pool.run(WORK, counting, { total: 4 }, { onProgress: (done) => seen.push(done) });
    const task = threads[1]!.sent.find((request) => request.kind === "task");
    if (task?.kind === "task")
      for (const share of [0.25, 0.5]) threads[1]!.events.onReply({ kind: "progress", id: task.id, share });
    answer(threads[0]!);
    // Two of four units are under way: shares of 1/16 and 1/8, then one whole unit more.
    expect(seen).toEqual([0.0625, 0.125, 0.375]);
    for (let round = 0; round < 4; round++) threads.forEach(answer);
    await run;
    expect(seen.every((done, i) => done >= (seen[i - 1] ?? 0) && done < 1)).toBe(true);
  });

  it("takes the shortest run first, so that a view need not wait for a full run", async () => {
    const { start, threads } = manualThreads();
    const pool = new ThreadPool(start, 1);
    const done: string[] = [];
    const long = pool.run(WORK, counting, { total: 8 }).then(() => done.push("long"));
    const short = pool.run(WORK, counting, { total: 2 }).then(() => done.push("short"));
    for (let round = 0; round < 3; round++) answer(threads[0]!);
    await short;
    expect(done).toEqual(["short"]);
    for (let round = 0; round < 7; round++) answer(threads[0]!);
    await long;
    expect(done).toEqual(["short", "long"]);
  });

  it("hands an error of a task to its run", async () => {
    const pool = new ThreadPool(startHere, 1);
    const broken = {
      name: "rewards",
      job: { reward: { kind: "linear", dim: 1 }, x: new Float64Array(3) },
    } as unknown as AnyJob;
    await expect(pool.run(broken, counting, { total: 1 })).rejects.toThrow(/cpu engine/);
  });
});

describe("fast functions of the CPU engine", () => {
  it("draw the normals of the reference, by particles and along one particle's row", () => {
    const key = { seed: 123, stream: 1 };
    for (const d of [1, 2, 3, 4, 7]) {
      const rows = new NormalRows(key, d, 64);
      rows.choose(1000, 50);
      for (const k of [0, 1, 2, 5]) {
        const got = rows.at(k * d);
        const expected = new Float64Array(d);
        for (let p = 0; p < 50; p++) {
          fillNormals(expected, 0, key, 1000 + p, k * d, d);
          expectAllClose(
            Float64Array.from({ length: d }, (_, i) => got[i * 64 + p]!),
            expected,
            { absolute: NORMAL_F64 },
          );
        }
      }
    }
    const row = new RowNormals(key);
    for (const [start, count] of [
      [0, 1],
      [5, 4000],
      [1023, 3],
    ] as const) {
      const [got, expected] = [new Float64Array(count), new Float64Array(count)];
      row.fill(got, 0, 77, start, count);
      fillNormals(expected, 0, key, 77, start, count);
      expectAllClose(got, expected, { absolute: NORMAL_F64 });
    }
  });

  it("denoise like the reference, for wide, narrow, correlated and flat components", () => {
    const stride = 33;
    const needles = mixtureFromComponents([
      {
        weight: 1,
        mean: [0.3, -2],
        cov: [
          [1, 0.999],
          [0.999, 1],
        ],
      },
      {
        weight: 5,
        mean: [-1, 0.5],
        cov: [
          [1e-6, 0],
          [0, 4],
        ],
      },
      {
        weight: 1e-6,
        mean: [2, 2],
        cov: [
          [0.5, -0.5],
          [-0.5, 0.5],
        ],
      },
    ]);
    for (const mixture of [PAIR, FIVE, needles]) {
      const d = mixture.dim;
      const { table, denoise } = createMixtureDenoiser(mixture, stride);
      const x = Float64Array.from({ length: d * stride }, (_, i) => 3 * Math.sin(1.7 * i));
      const got = new Float64Array(d * stride);
      const expected = new Float64Array(d);
      for (const [alpha, sigma] of [
        [1, 5],
        [0.7, 0.7],
        [0.99, 0.05],
        [0, 1],
        [1, 1e-3],
      ] as const) {
        denoise(table(alpha, sigma), x, got, stride);
        for (let p = 0; p < stride; p++) {
          const point = Float64Array.from({ length: d }, (_, i) => x[i * stride + p]!);
          mixtureDenoise(mixture, alpha, sigma, point, 0, expected);
          // An exponent of size E is wrong by 1e-16 E in either code, and so are the shares; E reaches 10^7 at sigma = 1e-3.
          const tolerance = { absolute: 1e-12 + 1e-15 * (9 / (sigma * sigma)) };
          for (let i = 0; i < d; i++)
            expectClose(got[i * stride + p]!, expected[i]!, tolerance, `${alpha}, ${sigma}`);
        }
      }
      // Control: the table of a noise level 0.1 % off gives something else.
      denoise(table(0.7, 0.7007), x, got, stride);
      mixtureDenoise(
        mixture,
        0.7,
        0.7,
        Float64Array.from({ length: d }, (_, i) => x[i * stride]!),
        0,
        expected,
      );
      expect(Math.abs(got[0]! - expected[0]!)).toBeGreaterThan(1e-7);
    }
  });
});
