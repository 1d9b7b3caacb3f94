/** What the image page shows, how to read it, and the keyboard. */
import { useRef } from "react";
import { REFERENCES } from "../../theory/references.ts";
import { Icon } from "../Icon.tsx";

const KEYS: readonly { readonly keys: string; readonly what: string }[] = [
  { keys: "Ctrl + Z", what: "Undo" },
  { keys: "Shift + Ctrl + Z", what: "Redo" },
  { keys: "Esc", what: "Cancel the run" },
  { keys: "Arrows, Home, End", what: "Move in a grid of images" },
  { keys: "Enter", what: "Open the image close up" },
];

/** A button and its dialog. */
export function ImageAbout() {
  const dialog = useRef<HTMLDialogElement>(null);
  const paper = REFERENCES.Sheng25;
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
      <dialog ref={dialog} className="dialog" aria-labelledby="about-title">
        <div className="dialog-head">
          <h2 id="about-title">About the image page</h2>
          <button
            type="button"
            className="icon-button"
            aria-label="Close this page"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        <div className="dialog-body">
          <p>
            A small diffusion model draws letters and digits, 32 by 32 pixels, from a prompt. It runs on your
            own machine, once with the deterministic sampler (ODE, η = 0) and once with the stochastic one
            (SDE, your η), both from the same noise. The images at the same place are partners: what differs
            between them is only the noise that the sampler adds.
          </p>
          <p>
            Rewards judge the finished images. The gap is the mean of reward(SDE) − reward(ODE) over the
            pairs, with its standard error; the charts show it over η and over N.
          </p>
          <p>
            What a prompt leaves unsaid, the model chooses. Everything you set is in the address of the page,
            so a link reproduces what you see. Nothing you enter leaves this device.
          </p>
          <p>
            Paper:{" "}
            <a href={paper.link} target="_blank" rel="noreferrer">
              {paper.authors}, {paper.title} ({paper.year})
            </a>
          </p>
          <h3>Keyboard</h3>
          <dl className="facts">
            {KEYS.map(({ keys, what }) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </div>
      </dialog>
    </>
  );
}
