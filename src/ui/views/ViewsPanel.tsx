import { useState, type KeyboardEvent } from "react";
import { useStore } from "zustand";
import type { LabStore } from "../../lab/state.ts";
import type { PlaneChoice } from "../../lab/views.ts";
import { presetFor } from "../controls/preset-of.ts";
import { LineViews } from "./LineViews.tsx";
import { PlaneViews } from "./PlaneViews.tsx";
import { playerKey, usePlayer } from "./player.ts";
import { PlayerBar } from "./PlayerBar.tsx";
import { useViews, type Shown } from "./use-views.ts";
import "./views.css";

/** The particle views of a lab: both samplers on the same noise, with one clock. */
export function ViewsPanel({ store }: { readonly store: LabStore }) {
  const [plane, setPlane] = useState<PlaneChoice | null>(null);
  const { shown, busy, failure } = useViews(store, plane);
  return (
    <section className="views" aria-label="Particle views" aria-busy={busy}>
      {failure !== null && (
        <p className="views-failure" role="alert">
          {shown === null ? "No view: " : "The view is of the last setting that could be shown. "}
          {failure}
        </p>
      )}
      {shown === null ? (
        <div className="views-waiting">{failure === null && <p role="status">Preparing the views …</p>}</div>
      ) : (
        <>
          {busy && <p className="views-busy">Updating …</p>}
          <ShownViews {...{ store, shown, plane }} onPlane={setPlane} />
        </>
      )}
    </section>
  );
}

function ShownViews(props: {
  readonly store: LabStore;
  readonly shown: Shown;
  readonly plane: PlaneChoice | null;
  readonly onPlane: (plane: PlaneChoice | null) => void;
}) {
  const { store, shown, plane, onPlane } = props;
  const { data } = shown;
  const preset = useStore(store, (state) => presetFor(state.spec)?.id ?? null);
  const [player, act] = usePlayer(data.frames.length, preset);
  const frame = Math.min(player.frame, data.frames.length - 1);
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    // Only when the plots themselves have the focus: single keys must not act from elsewhere.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = playerKey(event.key, data.frames.length);
    if (action === null) return;
    event.preventDefault();
    act(action);
  };
  const time = <PlayerBar player={{ ...player, frame }} frames={data.frames} steps={data.steps} act={act} />;
  return (
    <>
      <div
        className="views-keys"
        tabIndex={0}
        role="group"
        aria-label="Plots. Space plays or pauses, arrow keys step, Home and End jump."
        onKeyDown={onKey}
      >
        {data.dim === 1 ? (
          <LineViews {...{ store, shown, frame, time }} />
        ) : (
          <PlaneViews {...{ store, shown, frame, time, plane, onPlane }} />
        )}
      </div>
      {data.refusal !== null && <p className="views-failure">No stochastic sampler: {data.refusal}</p>}
      <ul className="views-notes">
        {data.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}
