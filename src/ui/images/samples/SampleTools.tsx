/** Above the grids: their order, what they show, and saving them. */
import { saveFile } from "../../../charts/export-image.ts";
import { messageOf } from "../../../lab/abort.ts";
import type { ImageSamples } from "../../../lab/images/state.ts";
import { useImageStore } from "../image-context.ts";
import { gridPicture, pictureCaption, pictureName } from "./grid-picture.ts";
import { specOf, type Shown } from "./pixels-at.ts";
import { ORDERS, type SampleOrder } from "./sample-order.ts";

export interface SampleToolsProps {
  /** Null while there are none: nothing to save then. */
  readonly samples: ImageSamples | null;
  readonly order: readonly number[];
  readonly frame: number;
  readonly sorting: SampleOrder;
  readonly shown: Shown;
  readonly onSort: (sorting: SampleOrder) => void;
  readonly onShow: (shown: Shown) => void;
}

const ORDER_WORDS: Readonly<Record<SampleOrder, string>> = {
  noise: "as drawn",
  ode: "by ODE reward",
  sde: "by SDE reward",
  gain: "by SDE − ODE",
};

const SHOWN_WORDS: readonly { readonly id: Shown; readonly word: string; readonly hint: string }[] = [
  { id: "state", word: "State", hint: "The noisy image that the sampler has at this step" },
  { id: "prediction", word: "Guess", hint: "What the network takes the finished image to be at this step" },
];

/** The bar. */
export function SampleTools(props: SampleToolsProps) {
  const { samples, shown, sorting, onShow, onSort } = props;
  const still = samples !== null && samples.times.length < 2;
  return (
    <div className="samples-tools">
      <select
        aria-label="Order of the images"
        title="Order of the images; partners stay at the same place"
        value={sorting}
        onChange={(event) => onSort(ORDERS.find((one) => one === event.target.value) ?? "noise")}
      >
        {ORDERS.map((one) => (
          <option key={one} value={one}>
            {ORDER_WORDS[one]}
          </option>
        ))}
      </select>
      <div className="row" role="group" aria-label="What is shown">
        {SHOWN_WORDS.map(({ id, word, hint }) => (
          <button
            key={id}
            type="button"
            className="chip"
            title={hint}
            aria-pressed={id === shown}
            disabled={still && id === "prediction"}
            onClick={() => onShow(id)}
          >
            {word}
          </button>
        ))}
      </div>
      <SaveButton {...props} />
    </div>
  );
}

function SaveButton({ samples, order, shown, frame }: SampleToolsProps) {
  const store = useImageStore();
  const save = async (from: ImageSamples) => {
    const { notify } = store.getState();
    try {
      // The images may be older than the settings beside them.
      const spec = specOf(from) ?? store.getState().spec;
      const name = pictureName(spec);
      saveFile(name, await gridPicture(from, { order, shown, frame }, pictureCaption(spec)));
      notify({ id: "download", tone: "info", text: `Saved ${name}.` });
    } catch (error) {
      notify({ id: "download", tone: "error", text: messageOf(error) });
    }
  };
  return (
    <button
      type="button"
      className="button small"
      aria-label="Save both grids as PNG"
      onClick={() => samples !== null && void save(samples)}
    >
      PNG
    </button>
  );
}
