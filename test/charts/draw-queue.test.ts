import { describe, expect, it } from "vitest";
import { createDrawQueue } from "../../src/charts/draw-queue.ts";
import { frames } from "./frames.ts";

describe("The queue of drawing", () => {
  it("runs one job a frame, in the order that they asked", () => {
    const { next, come, asked } = frames();
    const queue = createDrawQueue(next);
    const ran: string[] = [];
    for (const name of ["a", "b", "c"]) queue.ask(() => ran.push(name));
    expect(ran).toEqual([]);
    come();
    expect(ran).toEqual(["a"]);
    come();
    come();
    expect(ran).toEqual(["a", "b", "c"]);
    expect(asked()).toBe(0);
  });

  it("leaves out what was called off, without losing a frame over it", () => {
    const { next, come } = frames();
    const queue = createDrawQueue(next);
    const ran: string[] = [];
    const callOff = queue.ask(() => ran.push("a"));
    queue.ask(() => ran.push("b"));
    callOff();
    come();
    expect(ran).toEqual(["b"]);
  });

  it("runs a function as often as it was asked for", () => {
    const { next, come } = frames();
    const queue = createDrawQueue(next);
    let count = 0;
    const job = () => count++;
    queue.ask(job);
    queue.ask(job);
    come();
    come();
    expect(count).toBe(2);
  });

  it("goes on with the others after a job that throws, and with what a job asks for", () => {
    const { next, come } = frames();
    const queue = createDrawQueue(next);
    const ran: string[] = [];
    queue.ask(() => {
      throw new Error("a chart broke");
    });
    queue.ask(() => {
      ran.push("b");
      queue.ask(() => ran.push("of b"));
    });
    queue.ask(() => ran.push("c"));
    expect(come).toThrow("a chart broke");
    come();
    come();
    come();
    expect(ran).toEqual(["b", "c", "of b"]);
  });
});
