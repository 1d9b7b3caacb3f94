/** In a browser, since components draw into a page and are seen there or not. */
import { useRef, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { afterEach, describe, expect, it } from "vitest";
import { createDrawQueue } from "../../src/charts/draw-queue.ts";
import { DrawQueueContext, useInView, useParts, useTurn } from "../../src/charts/use-turn.ts";
import { frames } from "./frames.ts";

const WAITS = "-";

function Drawing({ newest, seen = true }: { readonly newest: string; readonly seen?: boolean }) {
  return <p className="drawing">{useTurn(newest, seen) ?? WAITS}</p>;
}

/** Draws anew only while it is in view. */
function Watched({ id, newest }: { readonly id: string; readonly newest: string }) {
  const frame = useRef<HTMLParagraphElement>(null);
  const inView = useInView(frame);
  return (
    <p className="drawing" id={id} ref={frame} data-in-view={inView}>
      {useTurn(newest, inView) ?? WAITS}
    </p>
  );
}

function Parts({ count }: { readonly count: number }) {
  return <p className="drawing">{useParts(count)}</p>;
}

const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

/** A page whose frames come when the test says so; each change of it is drawn before the call returns. */
function page({ queued = true } = {}) {
  const { next, come, asked } = frames();
  const queue = queued ? createDrawQueue(next) : null;
  const host = document.body.appendChild(document.createElement("div"));
  const root = createRoot(host);
  ended.push(() => {
    flushSync(() => root.unmount());
    host.remove();
  });
  return {
    show: (content: ReactNode) =>
      flushSync(() => root.render(<DrawQueueContext value={queue}>{content}</DrawQueueContext>)),
    come: () => flushSync(come),
    asked,
    drawn: () => [...host.querySelectorAll(".drawing")].map((drawing) => drawing.textContent),
    inView: (id: string) => host.querySelector<HTMLElement>(`#${id}`)?.dataset["inView"],
    lookAt: (id: string) => host.querySelector(`#${id}`)?.scrollIntoView(),
  };
}

/** The browser tells of what is in view in its own time. */
const until = <T,>(value: () => T) => expect.poll(value, { timeout: 60_000 });

const drawings = (all: Readonly<Record<string, string>>, seen = true) =>
  Object.entries(all).map(([key, newest]) => <Drawing key={key} {...{ newest, seen }} />);

describe("Turns of drawing", () => {
  it("come one a frame, in the order of the page, and then no more frames are asked for", () => {
    const { show, come, drawn, asked } = page();
    show(drawings({ a: "a1", b: "b1", c: "c1" }));
    expect(drawn()).toEqual([WAITS, WAITS, WAITS]);
    come();
    expect(drawn()).toEqual(["a1", WAITS, WAITS]);
    come();
    come();
    expect(drawn()).toEqual(["a1", "b1", "c1"]);
    expect(asked()).toBe(0);
  });

  it("are not waited for where the page has no queue (control)", () => {
    const { show, drawn } = page({ queued: false });
    show(drawings({ a: "a1", b: "b1" }));
    expect(drawn()).toEqual(["a1", "b1"]);
  });

  it("show what is newest when they come, and data that change meanwhile cost no place", () => {
    const { show, come, drawn, asked } = page();
    show(drawings({ a: "a1", b: "b1" }));
    come();
    come();
    show(drawings({ a: "a2", b: "b1" }));
    show(drawings({ a: "a2", b: "b2" }));
    show(drawings({ a: "a3", b: "b2" }));
    expect(drawn()).toEqual(["a1", "b1"]);
    come();
    expect(drawn()).toEqual(["a3", "b1"]);
    come();
    expect(drawn()).toEqual(["a3", "b2"]);
    // What is drawn already asks for no turn.
    show(drawings({ a: "a3", b: "b2" }));
    expect(asked()).toBe(0);
  });

  it("are given back by a component that goes before its turn", () => {
    const { show, come, drawn, asked } = page();
    show(drawings({ a: "a1", b: "b1", c: "c1" }));
    show(drawings({ a: "a1", c: "c1" }));
    come();
    come();
    expect(drawn()).toEqual(["a1", "c1"]);
    expect(asked()).toBe(0);
    // The last in line leaves an empty frame behind, and no further one.
    show(drawings({ a: "a2", c: "c1" }));
    show(drawings({ c: "c1" }));
    come();
    expect(drawn()).toEqual(["c1"]);
    expect(asked()).toBe(0);
  });

  it("are asked for once where nobody looks, and again when somebody does", () => {
    const { show, come, drawn, asked } = page();
    show(drawings({ a: "a1" }, false));
    come();
    expect(drawn()).toEqual(["a1"]);
    show(drawings({ a: "a2" }, false));
    expect(asked()).toBe(0);
    show(drawings({ a: "a2" }, true));
    come();
    expect(drawn()).toEqual(["a2"]);
  });

  it("wait below the window for it to come there", async () => {
    const { show, come, drawn, asked, inView, lookAt } = page();
    const content = (version: number) => (
      <>
        <Watched id="above" newest={`above ${version}`} />
        <div style={{ height: 5000 }} />
        <Watched id="below" newest={`below ${version}`} />
      </>
    );
    show(content(1));
    lookAt("above");
    come();
    come();
    expect(drawn()).toEqual(["above 1", "below 1"]);
    await until(() => inView("above")).toBe("true");
    expect(inView("below")).toBe("false");
    show(content(2));
    come();
    expect(drawn()).toEqual(["above 2", "below 1"]);
    expect(asked()).toBe(0);
    lookAt("below");
    await until(asked).toBe(1);
    expect(drawn()).toEqual(["above 2", "below 1"]);
    come();
    expect(drawn()).toEqual(["above 2", "below 2"]);
    await until(() => inView("above")).toBe("false");
  });
});

describe("Parts of a first drawing", () => {
  it("come one a turn, in line with others", () => {
    const { show, come, drawn, asked } = page();
    show([<Parts key="parts" count={3} />, ...drawings({ a: "a1" })]);
    expect(drawn()).toEqual(["1", WAITS]);
    come();
    expect(drawn()).toEqual(["2", WAITS]);
    come();
    expect(drawn()).toEqual(["2", "a1"]);
    come();
    expect(drawn()).toEqual(["3", "a1"]);
    expect(asked()).toBe(0);
  });

  it("are all there at once where the page has no queue (control)", () => {
    const { show, drawn } = page({ queued: false });
    show(<Parts count={3} />);
    expect(drawn()).toEqual(["3"]);
  });
});
