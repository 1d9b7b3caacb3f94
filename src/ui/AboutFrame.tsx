/** The help of a page: its button, its dialog, and the parts that every page's help has. */
import { useRef, type ReactNode } from "react";
import { REFERENCES } from "../theory/references.ts";
import { Icon } from "./Icon.tsx";

export interface AboutFrameProps {
  readonly title: string;
  /** Id of the dialog, for a shortcut that opens it. */
  readonly id?: string;
  readonly children: ReactNode;
}

/** A button and its dialog. */
export function AboutFrame({ title, id, children }: AboutFrameProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="About and help"
        title="About and help"
        onClick={() => dialog.current?.showModal()}
      >
        <Icon name="help" />
      </button>
      <dialog ref={dialog} id={id} className="dialog" aria-labelledby="about-title">
        <div className="dialog-head">
          <h2 id="about-title">{title}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close this page"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        <div className="dialog-body">{children}</div>
      </dialog>
    </>
  );
}

/** The paper that the lab is about. */
export function PaperLine() {
  const { link, authors, title, year } = REFERENCES.Sheng25;
  return (
    <p>
      Paper:{" "}
      <a href={link} target="_blank" rel="noreferrer">
        {authors}, {title} ({year})
      </a>
    </p>
  );
}

export interface KeyWords {
  readonly keys: string;
  readonly what: string;
}

/** Keys and what they do. */
export function KeyList({ keys: all }: { readonly keys: readonly KeyWords[] }) {
  return (
    <>
      <h3>Keyboard</h3>
      <dl className="facts">
        {all.map(({ keys, what }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
