/** The shape of work that can be split over particles, in one thread or many. */

/** What a task sends back: memory that moves between threads without a copy. */
export type Part = readonly (
  Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>
)[];

/**
 * Computes units firstUnit .. firstUnit + units - 1; yields between slices of a few milliseconds, with the share of the work
 * done, 0..1, where that is known. One run at a time.
 */
export type RunUnits = (firstUnit: number, units: number) => Slices;

export type Slices = Generator<number | undefined, Part>;

/** Collects parts in the order of their particles. */
export interface Gatherer<Result> {
  add(part: Part, firstUnit: number, units: number): void;
  finish(): Result;
}

/**
 * A kind of job. A unit is the smallest share of it, fixed by the job alone, so that results never depend on the number of
 * workers or on how units were grouped into tasks.
 */
export interface Operation<Job, Result> {
  /** Number of units. */
  units(job: Job): number;
  /** Rough time of one unit, ns: decides how many make a task. */
  unitNs(job: Job): number;
  /** Prepares what all units share (tables, scratch); done once per job and thread. */
  open(job: Job): RunUnits;
  gather(job: Job): Gatherer<Result>;
}

/** Joins parts of one array each into one result, units of `perUnit` entries. */
export function gatherRows<A extends Float64Array | Uint32Array>(result: A, perUnit: number): Gatherer<A> {
  return {
    add(part, firstUnit) {
      const [rows] = part;
      if (rows) result.set(rows, firstUnit * perUnit);
    },
    finish: () => result,
  };
}
