/** What the lab is, the paper, and how to cite; and the keyboard. */
import { REFERENCES, type Reference } from "../theory/references.ts";
import { AboutFrame, KeyList, PaperLine, type KeyWords } from "./AboutFrame.tsx";
import { useLab, useLabStore } from "./lab-context.ts";

/** A bibliography entry as BibTeX; the arXiv number is the end of its link. */
function bibtex(key: string, { authors, title, year, link }: Reference): string {
  return `@misc{${key},
  title  = {${title.replaceAll("RLHF", "{RLHF}")}},
  author = {${authors.replaceAll(", ", " and ")}},
  year   = {${year}},
  eprint = {${link.split("/").at(-1)}},
  archivePrefix = {arXiv}
}`;
}

const LAB = `@software{etalon,
  title  = {Etalon: a lab on sampler stochasticity in diffusion {RLHF}},
  year   = {2026}
}`;

export const SHORTCUTS: readonly KeyWords[] = [
  { keys: "Ctrl + Z", what: "Undo" },
  { keys: "Shift + Ctrl + Z", what: "Redo" },
  { keys: "R", what: "Run again" },
  { keys: "Esc", what: "Cancel the run" },
  { keys: "1 … 6", what: "Open a study" },
  { keys: "?", what: "This page" },
];

/** Id of the dialog, for the shortcut that opens it. */
export const ABOUT_ID = "about";

/** A button and its dialog. */
export function AboutDialog() {
  const store = useLabStore();
  const shortcuts = useLab((state) => state.shortcuts);
  return (
    <AboutFrame title="About Etalon" id={ABOUT_ID}>
      <p>
        Diffusion models are often fine-tuned with a stochastic sampler and then used with a deterministic
        one. Etalon measures what that does to the reward, on your own machine, and shows it next to what
        theory says: exact where a closed form exists, bounded where not.
      </p>
      <p>
        Choose a data law, a process, a reward, η and a number of steps. Everything you set is in the address
        of the page, so a link reproduces what you see. Nothing you enter leaves this device.
      </p>
      <PaperLine />
      <h3>Cite</h3>
      <pre className="cite" tabIndex={0}>
        {[LAB, bibtex("Sheng25", REFERENCES.Sheng25), bibtex("Zhang22", REFERENCES.Zhang22)].join("\n\n")}
      </pre>
      <KeyList keys={SHORTCUTS} />
      <label className="live-switch">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={(event) => store.getState().set({ shortcuts: event.target.checked })}
        />
        Single-key shortcuts
      </label>
    </AboutFrame>
  );
}
