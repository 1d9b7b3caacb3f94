/** Sharing and files of the image page: link, command line, spec as JSON, and a spec read from a file. */
import { useRef, useState } from "react";
import { messageOf } from "../../lab/abort.ts";
import { imageLinkOf } from "../../lab/images/address.ts";
import type { ImageLabStore } from "../../lab/images/state.ts";
import { Icon } from "../Icon.tsx";
import { Popover } from "../Popover.tsx";
import { saveText } from "../save-file.ts";
import { useImageStore } from "./image-context.ts";

/** The button and its menu. */
export function ImageShareMenu() {
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
function addressOf(store: ImageLabStore): string {
  return `${location.origin}${location.pathname}#${imageLinkOf(store.getState())}`;
}

/** An argument for the shell: links may hold quotes from a prompt. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function ShareActions() {
  const store = useImageStore();
  const input = useRef<HTMLInputElement>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [fallback, setFallback] = useState<string | null>(null);

  const copy = async (what: string, text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setFallback(null);
      setMessage(`${what} copied.`);
    } catch {
      setFallback(text);
      setMessage("The browser refused to copy. Select the text below.");
    }
  };
  const saveSpec = () => {
    saveText("etalon-spec.json", JSON.stringify(store.getState().spec, null, 2), "application/json");
    setMessage("Saved etalon-spec.json.");
  };
  return (
    <>
      <div className="menu">
        <MenuItem text="Copy link" onClick={() => void copy("Link", addressOf(store))} />
        <MenuItem
          text="Copy command line"
          onClick={() => void copy("Command", `npm run experiment -- ${shellQuoted(addressOf(store))}`)}
        />
        <MenuItem text="Download spec (JSON)" onClick={saveSpec} />
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
          if (file !== undefined) void openSpec(store, file).then(setMessage);
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

/** Opens a saved spec or result; says what came of it. */
async function openSpec(store: ImageLabStore, file: File): Promise<string> {
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
