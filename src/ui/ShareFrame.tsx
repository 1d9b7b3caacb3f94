/** Sharing and files of a page: link, command line, spec as JSON, and a spec read from a file. */
import { useRef, useState } from "react";
import { messageOf } from "../lab/abort.ts";
import type { FieldProblem } from "../lab/state.ts";
import { Icon } from "./Icon.tsx";
import { Popover } from "./Popover.tsx";
import { saveText } from "./save-file.ts";

/** The part of a page's store that is shared and opened. */
interface SpecStore {
  getState(): { readonly spec: unknown; propose(candidate: unknown): readonly FieldProblem[] };
}

/** One more entry of the menu. */
export interface ShareItem {
  readonly text: string;
  /** Does it and says what came of it; `say` tells what goes on meanwhile. */
  readonly act: (say: (text: string) => void) => Promise<string>;
}

export interface ShareFrameProps {
  readonly store: SpecStore;
  /** The link of the present spec, without "#". Throws where the spec is too long for one. */
  readonly link: () => string;
  readonly items?: readonly ShareItem[];
  /** Where what is shared differs from what is on the screen, in a sentence. */
  readonly hint?: string | null;
}

/** The button and its menu. */
export function ShareFrame(props: ShareFrameProps) {
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
      {() => <ShareActions {...props} />}
    </Popover>
  );
}

/** An argument for the shell: links may hold quotes. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function ShareActions({ store, link, items = [], hint = null }: ShareFrameProps) {
  const input = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [fallback, setFallback] = useState<string | null>(null);
  const address = () => `${location.origin}${location.pathname}#${link()}`;

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
  const saveSpec = () => {
    saveText("etalon-spec.json", JSON.stringify(store.getState().spec, null, 2), "application/json");
    return "Saved etalon-spec.json.";
  };
  return (
    <>
      {hint !== null && <p className="note">{hint}</p>}
      <div className="menu">
        <MenuItem text="Copy link" onClick={() => void copy("Link", address)} />
        <MenuItem
          text="Copy command line"
          onClick={() => void copy("Command", () => `npm run experiment -- ${shellQuoted(address())}`)}
        />
        <MenuItem text="Download spec (JSON)" onClick={() => void act(saveSpec)} />
        {items.map((item) => (
          <MenuItem key={item.text} text={item.text} onClick={() => void act(() => item.act(setMessage))} />
        ))}
        <MenuItem text="Open spec (JSON) …" onClick={() => input.current?.click()} />
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

function MenuItem(props: { readonly text: string; readonly onClick: () => void }) {
  return (
    <button type="button" className="menu-item" onClick={props.onClick}>
      {props.text}
    </button>
  );
}

/** Opens a saved spec, or the spec of a saved result; says what came of it. */
async function openSpec(store: SpecStore, file: File): Promise<string> {
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (error) {
    return `${file.name} must be JSON, but it could not be read as such: ${messageOf(error)}.`;
  }
  const spec = typeof json === "object" && json !== null && "spec" in json ? json.spec : json;
  const problems = store.getState().propose(spec);
  if (problems.length === 0) return `Opened ${file.name}.`;
  return `${file.name} was not opened. ${problems
    .slice(0, 5)
    .map(({ field, message }) => `${field}: ${message}`)
    .join("; ")}.`;
}
