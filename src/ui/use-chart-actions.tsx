import { useCallback } from "react";
import type { ChartData } from "../measure/series.ts";
import type { FieldProblem, Notice } from "../lab/state.ts";
import { FormulaCard } from "./FormulaCard.tsx";

/** What a click on a chart sets: `apply` turns a spec and a place into a candidate. */
interface Pick<Spec> {
  readonly apply: (spec: Spec, x: number, y?: number) => unknown;
}

/** The part of a page's store that charts act on. */
interface ChartStore<Spec> {
  getState(): {
    readonly spec: Spec;
    propose(candidate: unknown): readonly FieldProblem[];
    notify(notice: Notice): void;
  };
}

/** What the card of a chart calls: a click sets the spec's value there, a download tells what came of it. */
export function useChartActions<Spec>(
  store: ChartStore<Spec>,
  chart: ChartData,
  pickOf: (chart: ChartData, spec: Spec) => Pick<Spec> | null,
) {
  const onPick = useCallback(
    (x: number, y?: number) => {
      const { spec, propose, notify } = store.getState();
      const pick = pickOf(chart, spec);
      if (pick === null) return;
      const [first] = propose(pick.apply(spec, x, y));
      if (first === undefined) return;
      notify({ id: "pick", tone: "warning", text: `${first.field}: ${first.message}` });
    },
    [store, chart, pickOf],
  );
  const onMessage = useCallback(
    (text: string) => store.getState().notify({ id: "download", tone: "info", text }),
    [store],
  );
  return { onPick, onMessage, formulaCard };
}

function formulaCard(formula: string) {
  return <FormulaCard id={formula} />;
}
