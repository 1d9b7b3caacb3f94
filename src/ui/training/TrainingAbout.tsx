/** What the training page shows, how to read it, and the keyboard. */
import { AboutFrame, KeyList, PaperLine, type KeyWords } from "../AboutFrame.tsx";

const KEYS: readonly KeyWords[] = [
  { keys: "Ctrl + Z", what: "Undo" },
  { keys: "Shift + Ctrl + Z", what: "Redo" },
  { keys: "Esc", what: "Pause training" },
  { keys: "Arrows, Home, End", what: "Move in training time, on the scrubber" },
  { keys: "Arrows, Shift + arrows", what: "Move and resize MixGRPO’s window, on its timeline" },
];

/** A button and its dialog. */
export function TrainingAbout() {
  return (
    <AboutFrame title="About the training page">
      <p>
        A small network has learned a law of points. Here it is fine-tuned towards a reward, with noise in its
        sampler (SDE), as RLHF of diffusion models does. The question is what it is worth afterwards without
        that noise, with the deterministic sampler (ODE) that is usually deployed.
      </p>
      <p>
        Press Train. The views show the pretrained network and the trained one, with and without noise, all
        from the same starting noise. The charts follow both rewards and their gap; what the pretrained
        network’s own gap was at the same number of steps is shown with it, because that part is not due to
        training.
      </p>
      <p>
        Drag the scrubber to go back in training time. From any kept moment you can go on under other
        settings. Everything you set is in the address of the page, so a link reproduces the run. Nothing you
        enter leaves this device.
      </p>
      <PaperLine />
      <KeyList keys={KEYS} />
    </AboutFrame>
  );
}
