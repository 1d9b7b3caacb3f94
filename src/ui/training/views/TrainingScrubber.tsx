/** Training time: a slider over the kept moments, steps, a player, the newest, and the branch from here. */
import { useEffect, useState } from "react";
import { Icon } from "../../Icon.tsx";
import { canGoOn, isBusy, isEdited } from "../training-run-words.ts";
import { trainedRun, useTraining, useTrainingStore } from "../training-context.ts";
import type { ShownSamples } from "./shown-samples.ts";

/** Time that one moment stays while playing, ms: slower than three a second. */
const PLAY_MS = 400;

/** The bar. */
export function TrainingScrubber({ shown }: { readonly shown: ShownSamples }) {
  const { iteration, iterations } = shown;
  const store = useTrainingStore();
  const newest = useTraining((state) => state.scrub === null);
  const [playing, setPlaying] = useState(false);
  const at = Math.max(0, iterations.indexOf(iteration));
  const last = iterations.length - 1;
  const seek = (index: number) => {
    const wanted = iterations[Math.max(0, Math.min(last, index))];
    if (wanted !== undefined) store.getState().set({ scrub: wanted });
  };
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      const next = iterations[at + 1];
      if (next === undefined) setPlaying(false);
      else store.getState().set({ scrub: next });
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [playing, at, iterations, store]);
  const play = () => {
    if (!playing && at === last) seek(0);
    setPlaying(!playing);
  };
  const words = `iteration ${iteration}`;
  return (
    <div className="training-scrubber" role="group" aria-label="Training time">
      <button
        type="button"
        className="icon-button"
        aria-label={playing ? "Pause the replay" : "Replay training"}
        title={playing ? "Pause the replay" : "Replay training"}
        disabled={last < 1}
        onClick={play}
      >
        <Icon name={playing ? "pause" : "run"} />
      </button>
      <input
        className="views-scrubber"
        type="range"
        min={0}
        max={Math.max(1, last)}
        step={1}
        value={at}
        disabled={last < 1}
        aria-label="Training time, by iteration"
        aria-valuetext={words}
        onChange={(event) => {
          setPlaying(false);
          seek(Number(event.target.value));
        }}
      />
      <output className="training-iteration number" role="status" aria-live={playing ? "off" : "polite"}>
        {words}
      </output>
      <button
        type="button"
        className="button small"
        aria-pressed={newest}
        onClick={() => store.getState().set({ scrub: newest ? iteration : null })}
      >
        Newest
      </button>
      <BranchButton iteration={iteration} />
    </div>
  );
}

function BranchButton({ iteration }: { readonly iteration: number }) {
  const store = useTrainingStore();
  const allowed = useTraining(
    (state) => canGoOn(state) && !isBusy(state.run) && trainedRun(state)?.newest.iteration !== iteration,
  );
  const edited = useTraining(isEdited);
  return (
    <button
      type="button"
      className="button small"
      disabled={!allowed}
      title={
        edited
          ? "Train on from this iteration under the present settings"
          : "Train on from this iteration with the next seed; the same one would repeat the run"
      }
      onClick={() => store.getState().branch(iteration)}
    >
      <Icon name="branch" /> Branch here
    </button>
  );
}
