/** Sharing and files: link, command line, result and spec as JSON, and a spec read from a file. */
import { useRef, useState } from "react";
import { messageOf } from "../lab/abort.ts";
import { linkOf } from "../lab/address.ts";
import type { LabStore } from "../lab/state.ts";
import { Icon } from "./Icon.tsx";
import { useLabStore } from "./lab-context.ts";
import { Popover } from "./Popover.tsx";
import { saveText } from "./save-file.ts";

/** The button and its menu. */
export function ShareMenu() {
  return (
    <Popover
      label="Share and files"
      buttonClass="button"
      width={300}
      trigger={
        <>
          <Icon name="share" /> <span className="wide-only">Share</span>
        </>
      }
    >
      {() => <ShareActions />}
    </Popover>
  );
}

/** The whole address of the present spec. */
function addressOf(store: LabStore): string {
  return `${location.origin}${location.pathname}#${linkOf(store.getState())}`;
}

function ShareActions() {
  const store = useLabStore();
  const input = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [fallback, setFallback] = useState<string | null>(null);

  const act = async (work: () => Promise<string> | string) => {
    try {
      setMessage(await work());
    } catch (error) {
      setMessage(messageOf(error));
    }
  };
  const copy = (what: string, text: () => string) =>
    act(async () => {
      const copied = text();
      try {
        await navigator.clipboard.writeText(copied);
        setFallback(null);
        return `${what} copied.`;
      } catch {
        setFallback(copied);
        return "The browser refused to copy. Select the text below.";
      }
    });

  const saveResult = () =>
    act(async () => {
      setMessage("Measuring every pair of η and N …");
      const stop = new AbortController();
      const result = await store.getState().result(stop.signal);
      saveText("etalon-result.json", JSON.stringify(result, null, 1), "application/json");
      return "Saved etalon-result.json.";
    });

  return (
    <>
      <div className="menu">
        <button type="button" className="menu-item" onClick={() => void copy("Link", () => addressOf(store))}>
          Copy link
        </button>
        <button
          type="button"
          className="menu-item"
          onClick={() => void copy("Command", () => `npm run experiment -- '${addressOf(store)}'`)}
        >
          Copy command line
        </button>
        <button
          type="button"
          className="menu-item"
          onClick={() =>
            void act(() => {
              saveText(
                "etalon-spec.json",
                JSON.stringify(store.getState().spec, null, 2),
                "application/json",
              );
              return "Saved etalon-spec.json.";
            })
          }
        >
          Download spec (JSON)
        </button>
        <button type="button" className="menu-item" onClick={() => void saveResult()}>
          Download result (JSON)
        </button>
        <button type="button" className="menu-item" onClick={() => input.current?.click()}>
          Open spec (JSON) …
        </button>
      </div>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="visually-hidden"
        aria-label="Spec file to open"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void act(() => openSpec(store, file));
        }}
      />
      <p className="muted" role="status">
        {message}
      </p>
      {fallback !== null && (
        <textarea className="copy-fallback" readOnly rows={4} aria-label="Text to copy" value={fallback} />
      )}
    </>
  );
}

async function openSpec(store: LabStore, file: File): Promise<string> {
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    return `${file.name} must be JSON, but it could not be read as such.`;
  }
  // A saved result holds its spec.
  const spec = typeof json === "object" && json !== null && "spec" in json ? json.spec : json;
  const problems = store.getState().propose(spec);
  if (problems.length === 0) return `Opened ${file.name}.`;
  return `${file.name} was not opened. ${problems
    .slice(0, 5)
    .map(({ field, message }) => `${field}: ${message}`)
    .join("; ")}.`;
}
