import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type RefObject } from "react";
import { isComparable } from "../../../lab/training/run-charts.ts";
import type { ListedRun } from "../../../lab/training/run-list.ts";
import type { TrainingSpec } from "../../../spec/training/types.ts";
import { Icon } from "../../Icon.tsx";
import { shownRun, useTraining, useTrainingStore } from "../training-context.ts";
import { branchText, runProgress, runReward, runTitle } from "./run-list-words.ts";

export interface RunLineProps {
  readonly run: ListedRun;
  /** Settings of the run that this is a branch of, or null. */
  readonly before: TrainingSpec | null;
  /** A moment of this day, ms since 1970. */
  readonly today: number;
  /** The line is about to go, and the focus with it. */
  readonly onGone: () => void;
}

/** One run: a button that shows it, and what can be done to it. */
export function RunLine({ run, before, today, onGone }: RunLineProps) {
  const words = wordsOf(run, today);
  const store = useTrainingStore();
  const [asked, setAsked] = useState<"name" | "delete" | null>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const back = () => setAsked(null);
  useFocusBack(choose, asked);
  if (asked === "name")
    return (
      <NameForm
        {...{ run, words }}
        onBack={back}
        onName={(name) => {
          store.getState().nameRun(run.id, name);
          back();
        }}
      />
    );
  if (asked === "delete")
    return (
      <DeleteQuestion
        {...{ run, words }}
        onBack={back}
        onDelete={() => {
          onGone();
          store.getState().removeRun(run.id);
        }}
      />
    );
  return (
    <div className="run-line">
      <ChooseButton {...{ run, before, today }} button={choose} />
      <span className="run-actions">
        <CompareButton {...{ run, words }} />
        <button
          type="button"
          className="button small"
          aria-label={`Rename ${words}`}
          onClick={() => setAsked("name")}
        >
          Rename
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={`Delete ${words}`}
          title="Delete"
          onClick={() => setAsked("delete")}
        >
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}

/** The focus goes back to the line when a question about it is over. */
function useFocusBack(target: RefObject<HTMLButtonElement | null>, asked: string | null): void {
  const last = useRef(asked);
  useEffect(() => {
    if (last.current !== null && asked === null) target.current?.focus();
    last.current = asked;
  }, [target, asked]);
}

/** Two runs may have one title; their times tell them apart. */
function wordsOf(run: ListedRun, today: number): string {
  return `${runTitle(run)}: ${runProgress(run, today)}`;
}

function ChooseButton(props: {
  readonly run: ListedRun;
  readonly before: TrainingSpec | null;
  readonly today: number;
  readonly button: RefObject<HTMLButtonElement | null>;
}) {
  const { run, before, today, button } = props;
  const store = useTrainingStore();
  const shown = useTraining((state) => state.shown === run.id);
  const branch = branchText(run, before);
  return (
    <button
      ref={button}
      type="button"
      className="run-choose"
      aria-current={shown}
      title={shown ? "On the screen" : "Show this run with its settings"}
      onClick={() => store.getState().showRun(run.id)}
    >
      <span className="run-title">
        {branch !== null && <Icon name="branch" />}
        {runTitle(run)}
        {shown && <span className="run-mark">shown</span>}
        {!run.kept && <span className="run-mark">this tab only</span>}
      </span>
      {branch !== null && <span>{branch}</span>}
      <span>{runProgress(run, today)}</span>
      <span className="number">{runReward(run)}</span>
    </button>
  );
}

/** Draws the run beside the one on the screen, where the two can be held against each other. */
function CompareButton({ run, words }: { readonly run: ListedRun; readonly words: string }) {
  const store = useTrainingStore();
  const compared = useTraining((state) => state.compared?.id === run.id);
  const offered = useTraining((state) => {
    const shown = shownRun(state);
    return shown !== null && shown.id !== run.id && isComparable(shown.spec, run.spec);
  });
  if (!offered) return null;
  return (
    <button
      type="button"
      className="button small"
      aria-pressed={compared}
      aria-label={`Compare with ${words}`}
      title="Draw its reward in the chart of this run"
      onClick={() => store.getState().compareRun(compared ? null : run.id)}
    >
      Compare
    </button>
  );
}

/** Escape ends the question alone, not the training too. */
function escapes(onBack: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onBack();
  };
}

function NameForm(props: {
  readonly run: ListedRun;
  /** Tells it from all others. */
  readonly words: string;
  readonly onBack: () => void;
  readonly onName: (name: string) => void;
}) {
  const { run, words, onBack, onName } = props;
  const [name, setName] = useState(run.name ?? "");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onName(name);
  };
  return (
    <form className="run-line" onSubmit={submit} onKeyDown={escapes(onBack)}>
      <input
        ref={field}
        type="text"
        className="run-name"
        aria-label={`Name of ${words}`}
        placeholder={runTitle({ ...run, name: null })}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button small">
        Save
      </button>
      <button type="button" className="button small" onClick={onBack}>
        Cancel
      </button>
    </form>
  );
}

function DeleteQuestion(props: {
  readonly run: ListedRun;
  /** Tells it from all others. */
  readonly words: string;
  readonly onBack: () => void;
  readonly onDelete: () => void;
}) {
  const { run, words, onBack, onDelete } = props;
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const branches = run.branches.length > 0 ? " Its branches stay." : "";
  return (
    <div className="run-line" role="group" aria-label={`Delete ${words}?`} onKeyDown={escapes(onBack)}>
      <p className="run-question">
        Delete “{runTitle(run)}” for good?{branches}
      </p>
      <button type="button" className="button small" onClick={onDelete}>
        Delete
      </button>
      <button ref={keep} type="button" className="button small" onClick={onBack}>
        Keep
      </button>
    </div>
  );
}
