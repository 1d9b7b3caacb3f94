import { describe, expect, it } from "vitest";
import {
  frameRate,
  playerKey,
  playerReducer,
  stillPlayer,
  type PlayerAction,
} from "../../src/ui/views/player.ts";
import { nearestFrame } from "../../src/ui/views/PlayerBar.tsx";

const run = (frames: number, ...actions: PlayerAction[]) =>
  actions.reduce(playerReducer, stillPlayer(frames));

describe("the player", () => {
  it("starts still, on the samples, and ticks nothing until it is played", () => {
    expect(stillPlayer(11)).toMatchObject({ frame: 10, playing: false });
    expect(run(11, { do: "tick" })).toEqual(stillPlayer(11));
  });

  it("starts over from the end, and stops there unless it loops", () => {
    const played = run(3, { do: "toggle" });
    expect(played).toMatchObject({ frame: 0, playing: true });
    const ticks: PlayerAction[] = [{ do: "tick" }, { do: "tick" }, { do: "tick" }];
    expect(ticks.reduce(playerReducer, played)).toMatchObject({ frame: 2, playing: false });
    const looping = playerReducer(played, { do: "loop", on: true });
    expect(ticks.reduce(playerReducer, looping)).toMatchObject({ frame: 0, playing: true });
  });

  it("goes to the end and rests there for a new subject", () => {
    expect(run(9, { do: "seek", frame: 4 }, { do: "toggle" }, { do: "end" })).toEqual(stillPlayer(9));
  });

  it("resumes where it was paused", () => {
    const paused = run(9, { do: "seek", frame: 4 }, { do: "toggle" }, { do: "pause" });
    expect(paused).toMatchObject({ frame: 4, playing: false });
    expect(playerReducer(paused, { do: "toggle" })).toMatchObject({ frame: 4, playing: true });
  });

  it("stays inside the recording, and a step pauses", () => {
    expect(run(5, { do: "step", by: 3 }).frame).toBe(4);
    expect(run(5, { do: "seek", frame: -7 }).frame).toBe(0);
    expect(run(5, { do: "toggle" }, { do: "step", by: 1 })).toMatchObject({ frame: 1, playing: false });
  });

  it("keeps its share of the way in a recording of another length", () => {
    expect(run(11, { do: "seek", frame: 5 }, { do: "load", frames: 21 }).frame).toBe(10);
    expect(run(11, { do: "load", frames: 64 }).frame).toBe(63);
  });

  it("cannot play a single frame", () => {
    expect(run(1, { do: "toggle" }).playing).toBe(false);
  });

  it("takes about five seconds, and never more than 30 frames per second at speed 1", () => {
    expect(frameRate({ ...stillPlayer(50), speed: 1 })).toBe(10);
    expect(frameRate({ ...stillPlayer(1000), speed: 1 })).toBe(30);
  });

  it("knows its keys and no others", () => {
    expect(playerKey(" ", 9)).toEqual({ do: "toggle" });
    expect(playerKey("End", 9)).toEqual({ do: "seek", frame: 8 });
    expect(playerKey("a", 9)).toBeNull();
  });

  it("goes to the nearest kept step", () => {
    const kept = [0, 3, 7, 10].map((step) => ({ step }));
    expect([-5, 1, 4, 6, 99].map((step) => nearestFrame(kept, step))).toEqual([0, 0, 1, 2, 3]);
  });
});
