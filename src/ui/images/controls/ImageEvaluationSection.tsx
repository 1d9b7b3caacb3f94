/** How much is drawn and measured: images shown, images per point, seed, and the values of the charts. */
import { IMAGE_DEFAULTS, IMAGE_LIMITS } from "../../../spec/images/limits.ts";
import type { ImageEvaluationSpec } from "../../../spec/images/types.ts";
import { NumberField } from "../../fields/NumberField.tsx";
import { NumberListField } from "../../fields/NumberListField.tsx";
import { SeedField } from "../../fields/SeedField.tsx";
import { useImagePropose, useImages, useImageStore } from "../image-context.ts";
import { ImageSection } from "./ImageSection.tsx";

const DEFAULTS = IMAGE_DEFAULTS.evaluation;
const TILES = [16, 36, 64] as const;

/** Section "Measurement". */
export function ImageEvaluationSection() {
  const evaluation = useImages((state) => state.spec.evaluation);
  const locked = useImages((state) => state.seedLocked);
  const store = useImageStore();
  const propose = useImagePropose();
  const put = (next: Partial<ImageEvaluationSpec>, field: string) =>
    propose((spec) => ({ ...spec, evaluation: { ...spec.evaluation, ...next } }), field);
  return (
    <ImageSection
      title="Measurement"
      digest={`${evaluation.tiles} tiles, seed ${evaluation.seed}`}
      openAtFirst
    >
      <TilesField tiles={evaluation.tiles} onTry={(tiles) => put({ tiles }, "evaluation.tiles")} />
      <SeedField
        seed={evaluation.seed}
        fallback={DEFAULTS.seed}
        locked={locked}
        lockTitle="Keep the seed: the dice is off"
        onTry={(seed) => put({ seed }, "evaluation.seed")}
        onLock={(seedLocked) => store.getState().set({ seedLocked })}
      />
      <NumberField
        label="Images per point"
        value={evaluation.images}
        fallback={DEFAULTS.images}
        slider={{ ...IMAGE_LIMITS.images, log: true, step: 1 }}
        onTry={(images) => put({ images }, "evaluation.images")}
      />
      <NumberListField
        label="η values"
        values={evaluation.etas}
        fallback={DEFAULTS.etas}
        onTry={(etas) => put({ etas }, "evaluation.etas")}
      />
      <NumberListField
        label="N values"
        values={evaluation.steps}
        fallback={DEFAULTS.steps}
        onTry={(steps) => put({ steps }, "evaluation.steps")}
      />
    </ImageSection>
  );
}

function TilesField(props: { readonly tiles: number; readonly onTry: (tiles: number) => string | null }) {
  return (
    <>
      <NumberField
        label="Images shown in each row"
        value={props.tiles}
        fallback={DEFAULTS.tiles}
        onTry={props.onTry}
      />
      <div className="row" role="group" aria-label="Usual numbers of images">
        {TILES.map((tiles) => (
          <button
            key={tiles}
            type="button"
            className="chip"
            aria-label={`Show ${tiles} images`}
            aria-pressed={tiles === props.tiles}
            onClick={() => props.onTry(tiles)}
          >
            {tiles}
          </button>
        ))}
      </div>
    </>
  );
}
