/** The reward: kind, and the fields of that kind. */
import { useId, type ReactNode } from "react";
import { withRewardKind } from "../../spec/adapt.ts";
import { modelDimension } from "../../spec/defaults.ts";
import { KIND_DEFAULTS } from "../../spec/kind-defaults.ts";
import type { RewardSpec } from "../../spec/types.ts";
import { Field, messageId } from "../fields/Field.tsx";
import { MatrixField } from "../fields/MatrixField.tsx";
import { NumberField } from "../fields/NumberField.tsx";
import { NumberListField } from "../fields/NumberListField.tsx";
import { SelectField } from "../fields/SelectField.tsx";
import { useDraft } from "../fields/use-draft.ts";
import { useEdited, usePropose } from "../lab-context.ts";
import { BumpsTable } from "./BumpsTable.tsx";
import { REWARD_WORDS, rewardDigest } from "./digests.ts";
import { MAX_TYPED_DIM } from "./gaussian-edits.ts";
import { optionsOf } from "./options.ts";
import { Section } from "./Section.tsx";

/** Tries a reward; `field` is the path of what changed, beginning with "reward". */
type Put = (reward: RewardSpec, field: string) => string | null;

/** Section "Reward". */
export function RewardSection() {
  const reward = useEdited((state) => state.spec.reward);
  const dim = useEdited((state) => modelDimension(state.spec.model) ?? 1);
  const propose = usePropose();
  const put: Put = (next, field) => propose((spec) => ({ ...spec, reward: next }), field);
  return (
    <Section id="reward" title="Reward" digest={rewardDigest(reward)} openAtFirst>
      <SelectField
        label="Reward kind"
        value={reward.kind}
        options={optionsOf(REWARD_WORDS).filter(({ value }) => dim <= 2 || value !== "formula")}
        onTry={(kind) => propose((spec) => withRewardKind(spec, kind), "reward.kind")}
      />
      <RewardEditor reward={reward} dim={dim} put={put} />
    </Section>
  );
}

/** The fields of one reward in `dim` dimensions. */
export function RewardEditor({
  reward,
  dim,
  put,
}: {
  readonly reward: RewardSpec;
  readonly dim: number;
  readonly put: Put;
}): ReactNode {
  switch (reward.kind) {
    case "quadratic":
      return <QuadraticEditor reward={reward} dim={dim} put={put} />;
    case "linear":
      return (
        <>
          <PlaceField
            label="Slope"
            values={reward.weights}
            fallback={1}
            onTry={(weights) => put({ ...reward, weights }, "reward.weights")}
          />
          <NumberField
            label="Offset"
            value={reward.offset}
            fallback={KIND_DEFAULTS.linearReward.offset}
            slider={{ min: -5, max: 5, step: 0.1 }}
            onTry={(offset) => put({ ...reward, offset }, "reward.offset")}
          />
        </>
      );
    case "bumps":
      return (
        <BumpsTable
          bumps={reward.bumps}
          dim={dim}
          onTry={(bumps, field) => put({ ...reward, bumps }, field)}
        />
      );
    case "ring":
      return (
        <>
          <PlaceField
            label="Centre of the ring"
            values={reward.center}
            fallback={0}
            onTry={(center) => put({ ...reward, center }, "reward.center")}
          />
          <NumberField
            label="Radius"
            value={reward.radius}
            fallback={KIND_DEFAULTS.ring.radius}
            slider={{ min: 0, max: 4, step: 0.05 }}
            onTry={(radius) => put({ ...reward, radius }, "reward.radius")}
          />
          <NumberField
            label="Width of the ring"
            value={reward.width}
            fallback={KIND_DEFAULTS.ring.width}
            slider={{ min: 0.05, max: 2, step: 0.05 }}
            onTry={(width) => put({ ...reward, width }, "reward.width")}
          />
        </>
      );
    case "formula":
      return (
        <FormulaField
          text={reward.text}
          dim={dim}
          onTry={(text) => put({ kind: "formula", text }, "reward.text")}
        />
      );
  }
}

function QuadraticEditor(props: {
  readonly reward: Extract<RewardSpec, { kind: "quadratic" }>;
  readonly dim: number;
  readonly put: Put;
}) {
  const { reward, dim, put } = props;
  const { matrix, ...plain } = reward;
  const canType = dim <= MAX_TYPED_DIM;
  return (
    <>
      <PlaceField
        label="Best point c"
        values={reward.center}
        fallback={0}
        onTry={(center) => put({ ...reward, center }, "reward.center")}
      />
      {canType && (
        <div className="row">
          <button
            type="button"
            className="chip"
            aria-pressed={matrix !== undefined}
            onClick={() =>
              put(matrix === undefined ? { ...reward, matrix: identity(dim) } : plain, "reward.matrix")
            }
          >
            Own curvature matrix
          </button>
        </div>
      )}
      {canType && matrix !== undefined && (
        <MatrixField
          label="Curvature matrix A"
          value={matrix}
          onTry={(value) => put({ ...reward, matrix: value }, "reward.matrix")}
        />
      )}
      <p className="note">r(x) = −(x − c)ᵀ A (x − c){matrix === undefined ? ", with A the identity" : ""}</p>
    </>
  );
}

function identity(dim: number): number[][] {
  return Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => (i === j ? 1 : 0)));
}

/** One number with a slider in one dimension, else a list. */
function PlaceField(props: {
  readonly label: string;
  readonly values: readonly number[];
  readonly fallback: number;
  readonly onTry: (values: readonly number[]) => string | null;
}) {
  const { label, values, fallback, onTry } = props;
  return values.length === 1 ? (
    <NumberField
      label={label}
      value={values[0] ?? fallback}
      fallback={fallback}
      slider={{ min: -4, max: 4, step: 0.05 }}
      onTry={(value) => onTry([value])}
    />
  ) : (
    <NumberListField label={label} values={values} fallback={values.map(() => fallback)} onTry={onTry} />
  );
}

/** A formula with its error shown under the character where it stops making sense. */
function FormulaField(props: {
  readonly text: string;
  readonly dim: number;
  readonly onTry: (text: string) => string | null;
}) {
  const { text, dim, onTry } = props;
  const id = useId();
  const draft = useDraft(text, "The formula");
  const [first = "", ...rest] = (draft.error ?? "").split("\n");
  return (
    <>
      <Field
        inputId={id}
        label={dim === 1 ? "Formula in x" : "Formula in x and y"}
        error={draft.error === null ? null : first}
        below={
          <>
            <input
              id={id}
              className="formula-input"
              type="text"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              aria-invalid={draft.error !== null}
              aria-describedby={messageId(id)}
              value={draft.text}
              onChange={(event) => draft.type(event.target.value, onTry)}
              onBlur={draft.settle}
              onKeyDown={(event) => {
                if (event.key === "Enter") draft.settle();
                if (event.key === "Escape") draft.drop();
              }}
            />
            {rest.length > 0 && <pre className="caret">{rest.join("\n")}</pre>}
          </>
        }
      >
        {null}
      </Field>
      <p className="note">
        + − * / ^, pi, e, exp, log, sqrt, abs, sin, cos, tan, tanh, sigmoid, sign, floor, min, max, pow
      </p>
    </>
  );
}
