/** The centre: both rows of images from the same noise, with one clock, one order, and one mark. */
import { useCallback, useMemo, useState } from "react";
import { saveFile } from "../../../charts/export-image.ts";
import { messageOf } from "../../../lab/abort.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import { usePlayer } from "../../views/player.ts";
import { PlayerBar } from "../../views/PlayerBar.tsx";
import "../../views/views.css";
import { useThrottled } from "../../use-throttled.ts";
import { useImages, useImageStore } from "../image-context.ts";
import { samplesStage } from "../image-run-words.ts";
import { EtaLine } from "./EtaLine.tsx";
import { gridPicture, pictureCaption } from "./grid-picture.ts";
import { ImageGrid } from "./ImageGrid.tsx";
import { columnsOf, framesOf, type Shown } from "./pixels-at.ts";
import { rewardLine, samplesSentence } from "./reward-text.ts";
import { RewardTable } from "./RewardTable.tsx";
import { orderOf, ORDERS, type SampleOrder } from "./sample-order.ts";
import { ZoomDialog } from "./ZoomDialog.tsx";

/** Everything about the images. */
export function SamplesPanel() {
  const samples = useImages((state) => state.samples);
  const eta = useImages((state) => state.spec.sampler.eta);
  return (
    <section className="samples" aria-label="Images">
      <h2 className="visually-hidden">Images</h2>
      <StageLine />
      {samples === null ? <EmptyGrids /> : <ShownSamples samples={samples} />}
      <EtaLine eta={eta} />
      <Announcer />
    </section>
  );
}

function StageLine() {
  const kind = useImages((state) => samplesStage(state).kind);
  const text = useImages((state) => samplesStage(state).text);
  return <p className={`samples-stage samples-${kind}`}>{text}</p>;
}

/** Keeps the place of the images until they come. */
function EmptyGrids() {
  const tiles = useImages((state) => state.spec.evaluation.tiles);
  const columns = columnsOf(tiles);
  return (
    <div className="image-rows" aria-hidden="true">
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
  );
}

const ORDER_WORDS: Readonly<Record<SampleOrder, string>> = {
  noise: "as drawn",
  ode: "reward of ODE",
  sde: "reward of SDE",
  gain: "SDE − ODE",
};

function ShownSamples({ samples }: { readonly samples: ImageSamples }) {
  const kind = useImages((state) => state.spec.reward.kind);
  const [sorting, setSorting] = useState<SampleOrder>("noise");
  const [shown, setShown] = useState<Shown>("state");
  const [marked, setMarked] = useState<number | null>(null);
  const [place, setPlace] = useState(0);
  const [zoomed, setZoomed] = useState<number | null>(null);
  const frames = useMemo(() => framesOf(samples), [samples]);
  const order = useMemo(() => orderOf(samples, sorting, kind), [samples, sorting, kind]);
  const [player, act] = usePlayer(frames.length);
  const frame = Math.min(player.frame, frames.length - 1);
  const seek = useCallback((to: number) => act({ do: "seek", frame: to }), [act]);
  const zoomTile = zoomed !== null && zoomed < samples.tiles ? zoomed : null;
  const zoomPlace = zoomTile === null ? 0 : order.indexOf(zoomTile);
  const grid = {
    ...{ samples, order, shown, frame, kind, marked },
    place: Math.min(place, samples.tiles - 1),
    onMark: setMarked,
    onPlace: setPlace,
    onZoom: setZoomed,
  };
  return (
    <>
      <div className="samples-tools">
        <label>
          Order{" "}
          <select value={sorting} onChange={(event) => setSorting(orderNamed(event.target.value))}>
            {ORDERS.map((one) => (
              <option key={one} value={one}>
                {ORDER_WORDS[one]}
              </option>
            ))}
          </select>
        </label>
        <ShownSwitch shown={shown} onShow={setShown} />
        <SaveButton samples={samples} order={order} shown={shown} frame={frame} />
      </div>
      <div className="image-rows">
        <ImageGrid {...grid} row={0} />
        <ImageGrid {...grid} row={1} />
      </div>
      <PairLine samples={samples} tile={marked} place={marked === null ? 0 : order.indexOf(marked)} />
      <PlayerBar player={{ ...player, frame }} frames={frames} steps={frames.at(-1)?.step ?? 0} act={act} />
      <details className="all-rewards">
        <summary>All rewards, means over the rows</summary>
        <RewardTable samples={samples} tile={null} chosen={kind} caption="Mean rewards of both rows" />
      </details>
      <ZoomDialog
        {...{ samples, frames, frame, shown, kind }}
        tile={zoomTile}
        place={zoomPlace}
        onFrame={seek}
        onTurn={(by) => setZoomed(order[zoomPlace + by] ?? zoomTile)}
        onClose={() => setZoomed(null)}
      />
    </>
  );
}

function orderNamed(name: string): SampleOrder {
  return ORDERS.find((one) => one === name) ?? "noise";
}

const SHOWN_WORDS: readonly { readonly id: Shown; readonly word: string; readonly hint: string }[] = [
  { id: "state", word: "x_t", hint: "The state of the sampler" },
  { id: "prediction", word: "x0Hat", hint: "What the network takes the image to be" },
];

function ShownSwitch(props: { readonly shown: Shown; readonly onShow: (shown: Shown) => void }) {
  return (
    <div className="row" role="group" aria-label="What is shown">
      {SHOWN_WORDS.map(({ id, word, hint }) => (
        <button
          key={id}
          type="button"
          className="chip"
          title={hint}
          aria-pressed={id === props.shown}
          onClick={() => props.onShow(id)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}

function SaveButton(props: {
  readonly samples: ImageSamples;
  readonly order: readonly number[];
  readonly shown: Shown;
  readonly frame: number;
}) {
  const store = useImageStore();
  const save = async () => {
    const { spec, notify } = store.getState();
    try {
      saveFile("etalon-images.png", await gridPicture(props.samples, props, pictureCaption(spec)));
      notify({ id: "download", tone: "info", text: "Saved etalon-images.png." });
    } catch (error) {
      notify({ id: "download", tone: "error", text: messageOf(error) });
    }
  };
  return (
    <button
      type="button"
      className="button small"
      aria-label="Save both grids as PNG"
      onClick={() => void save()}
    >
      PNG
    </button>
  );
}

/** The chosen reward of the pair that is pointed at, or of the rows. Its height never changes. */
function PairLine(props: {
  readonly samples: ImageSamples;
  readonly tile: number | null;
  readonly place: number;
}) {
  const { samples, tile, place } = props;
  const kind = useImages((state) => state.spec.reward.kind);
  const { name, ode, sde, gain, missing } = rewardLine(samples, kind, tile);
  return (
    <p className="pair-line number">
      <strong>{tile === null ? "Mean" : `Pair ${place + 1}`}</strong> {name}:{" "}
      {missing === null ? `ODE ${ode}, SDE ${sde}, difference ${gain}` : missing}
    </p>
  );
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
