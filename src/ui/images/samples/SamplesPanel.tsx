/** The centre: both rows of images from the same noise, with one clock, one order, and one mark. */
import { useMemo, useState } from "react";
import type { ImageSamples } from "../../../lab/images/state.ts";
import { stillPlayer, usePlayer } from "../../views/player.ts";
import { PlayerBar } from "../../views/PlayerBar.tsx";
import "../../views/views.css";
import { useThrottled } from "../../use-throttled.ts";
import { useImages } from "../image-context.ts";
import { samplesStage } from "../image-run-words.ts";
import { EtaLine } from "./EtaLine.tsx";
import { ImageGrid } from "./ImageGrid.tsx";
import { columnsOf, framesOf, type Shown } from "./pixels-at.ts";
import { drawnFrom, lineText, rewardLine, samplesSentence } from "./reward-text.ts";
import { RewardTable } from "./RewardTable.tsx";
import { orderOf, type SampleOrder } from "./sample-order.ts";
import { SampleTools } from "./SampleTools.tsx";
import { TeacherNote } from "./TeacherNote.tsx";
import { ZoomDialog } from "./ZoomDialog.tsx";

/** Everything about the images. */
export function SamplesPanel() {
  const samples = useImages((state) => state.samples);
  const { eta, steps } = useImages((state) => state.spec.sampler);
  const weights = useImages((state) => state.spec.model.weights);
  return (
    <section className="samples" aria-label="Images">
      <h2 className="visually-hidden">Images</h2>
      <StageLine />
      <TeacherNote />
      {samples === null ? <EmptySamples /> : <ShownSamples samples={samples} />}
      <EtaLine eta={eta} steps={steps} weights={weights} />
      <Announcer />
    </section>
  );
}

function StageLine() {
  const kind = useImages((state) => samplesStage(state).kind);
  const text = useImages((state) => samplesStage(state).text);
  return <p className={`samples-stage samples-${kind}`}>{text}</p>;
}

const NOTHING = () => undefined;
const STILL = stillPlayer(2);

/** Keeps the place of the player while there is no way to walk: stored images are their last frame alone. */
function WaitingPlayer() {
  const steps = useImages((state) => state.spec.sampler.steps);
  const frames = [
    { step: 0, t: 1 },
    { step: steps, t: 0 },
  ];
  return (
    <div className="samples-waiting" inert>
      <PlayerBar player={STILL} frames={frames} steps={steps} act={NOTHING} />
    </div>
  );
}

/** Keeps the place of the images and of all around them until they come. */
function EmptySamples() {
  const tiles = useImages((state) => state.spec.evaluation.tiles);
  const columns = columnsOf(tiles);
  return (
    <div className="samples samples-waiting" inert>
      <SampleTools
        {...{ samples: null, order: [], frame: 0, sorting: "noise", shown: "state" }}
        onSort={NOTHING}
        onShow={NOTHING}
      />
      <div className="image-rows">
        {["ODE", "SDE"].map((name) => (
          <div key={name} className="image-row">
            <p className="row-caption">{name}</p>
            <ul className="image-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
              {Array.from({ length: tiles }, (_, i) => (
                <li key={i} className="image-waiting" />
              ))}
            </ul>
          </div>
        ))}
      </div>
      <p className="pair-line" />
      <WaitingPlayer />
      <details className="all-rewards">
        <summary>All rewards</summary>
      </details>
    </div>
  );
}

function ShownSamples({ samples }: { readonly samples: ImageSamples }) {
  const kind = useImages((state) => state.spec.reward.kind);
  const [sorting, setSorting] = useState<SampleOrder>("noise");
  const [wanted, setWanted] = useState<Shown>("state");
  const [marked, setMarked] = useState<number | null>(null);
  const [place, setPlace] = useState(0);
  const [zoomed, setZoomed] = useState<number | null>(null);
  const frames = useMemo(() => framesOf(samples), [samples]);
  const still = frames.length < 2;
  const shown = still ? "state" : wanted;
  const order = useMemo(() => orderOf(samples, sorting, kind), [samples, sorting, kind]);
  const [player, act] = usePlayer(frames.length);
  const frame = Math.min(player.frame, frames.length - 1);
  const markedTile = withinTiles(marked, samples);
  const zoomTile = withinTiles(zoomed, samples);
  const zoomPlace = zoomTile === null ? 0 : order.indexOf(zoomTile);
  const grid = {
    ...{ samples, order, shown, frame, kind, marked: markedTile },
    place: Math.min(place, samples.tiles - 1),
    onMark: setMarked,
    onPlace: setPlace,
    onZoom: setZoomed,
  };
  return (
    <>
      <SampleTools {...{ samples, order, frame, sorting, shown }} onSort={setSorting} onShow={setWanted} />
      <div className="image-rows">
        <ImageGrid {...grid} row={0} />
        <ImageGrid {...grid} row={1} />
      </div>
      <PairLine
        samples={samples}
        tile={markedTile}
        place={markedTile === null ? 0 : order.indexOf(markedTile)}
      />
      {samples.prompts !== null && <p className="pair-prompt">{drawnFrom(samples.prompts, markedTile)}</p>}
      {still ? (
        <WaitingPlayer />
      ) : (
        <PlayerBar player={{ ...player, frame }} frames={frames} steps={frames.at(-1)?.step ?? 0} act={act} />
      )}
      <details className="all-rewards">
        <summary>All rewards, means over the rows</summary>
        <RewardTable samples={samples} tile={null} chosen={kind} caption="Mean rewards of both rows" />
      </details>
      <ZoomDialog
        {...{ samples, frames, frame, shown, kind }}
        tile={zoomTile}
        place={zoomPlace}
        onFrame={(to) => act({ do: "seek", frame: to })}
        onTurn={(by) => setZoomed(order[zoomPlace + by] ?? zoomTile)}
        onClose={() => setZoomed(null)}
      />
    </>
  );
}

/** The tile, unless newer samples have fewer. */
function withinTiles(tile: number | null, { tiles }: ImageSamples): number | null {
  return tile !== null && tile < tiles ? tile : null;
}

/** The chosen reward of the pair that is pointed at, or of the rows. Its height never changes. */
function PairLine(props: {
  readonly samples: ImageSamples;
  readonly tile: number | null;
  readonly place: number;
}) {
  const { samples, tile, place } = props;
  const kind = useImages((state) => state.spec.reward.kind);
  const line = rewardLine(samples, kind, tile);
  return <p className="pair-line number">{lineText(line, tile === null ? null : place)}</p>;
}

function Announcer() {
  const text = useImages((state) =>
    state.samples === null ? "" : samplesSentence(state.samples, state.spec.reward.kind),
  );
  return (
    <p className="visually-hidden" role="status">
      {useThrottled(text, 2000)}
    </p>
  );
}
