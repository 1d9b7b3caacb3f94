/** What the image page shows, how to read it, and the keyboard. */
import { AboutFrame, KeyList, PaperLine, type KeyWords } from "../AboutFrame.tsx";

const KEYS: readonly KeyWords[] = [
  { keys: "Ctrl + Z", what: "Undo" },
  { keys: "Shift + Ctrl + Z", what: "Redo" },
  { keys: "Esc", what: "Cancel the run" },
  { keys: "Arrows, Home, End", what: "Move in a grid of images" },
  { keys: "Enter", what: "Open the image close up" },
];

/** A button and its dialog. */
export function ImageAbout() {
  return (
    <AboutFrame title="About the image page">
      <p>
        A small diffusion model draws letters and digits, 32 by 32 pixels, from a prompt. It runs on your own
        machine, once with the deterministic sampler (ODE, η = 0) and once with the stochastic one (SDE, your
        η), both from the same noise. The images at the same place are partners: what differs between them is
        only the noise that the sampler adds.
      </p>
      <p>
        Rewards judge the finished images. The gap is the mean of reward(SDE) − reward(ODE) over the pairs,
        with its 95 % interval; the charts show it over η and over N.
      </p>
      <p>
        What a prompt leaves unsaid, the model chooses. Everything you set is in the address of the page, so a
        link reproduces what you see. Nothing you enter leaves this device.
      </p>
      <PaperLine />
      <KeyList keys={KEYS} />
    </AboutFrame>
  );
}
